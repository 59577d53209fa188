import { type Call, type CloudOperation, errorReply, parseJson, type Reply } from './cloud-operation.js';
import type { World } from './world.js';

/** What came out of one run of a function. */
export interface Invoked {
  readonly requestId: string;
  /** What the function returned, as text or bytes; for a failed run the error object as JSON. */
  readonly body: Buffer | string;
  /** True where the function failed: the call is answered with 200 all the same. */
  readonly error?: boolean;
  /** What the function logged. */
  readonly log?: string;
}

/** Runs a deployed function with the bytes of an event; undefined where there is no function of this name. */
export type InvokeFunction = (name: string, event: Buffer) => Promise<Invoked | undefined>;

/** 6 MB, the limit of a synchronous call. */
const eventLimit = 6 * 1024 * 1024;

/** FunctionGraph's synchronous invocation; the functions themselves run elsewhere. FSS.1051 is documented, the others are of its form. */
export function functiongraphOperations(world: World, invoke: InvokeFunction | undefined): CloudOperation[] {
  return [
    {
      name: 'functiongraph.invoke',
      method: 'POST',
      path: '/v2/:project_id/fgs/functions/:function_urn/invocations',
      answer: (call) => answer(world, invoke, call),
    },
  ];
}

/** `urn:fss:{region}:{project}:function:{app}:{name}` with or without a version; undefined for any other text. */
function nameOf({ account }: World, urn: string): string | undefined {
  const [head, fss, region, project, kind, , name, ...version] = urn.split(':');
  const ours =
    head === 'urn' && fss === 'fss' && kind === 'function' && region === account.region && project === account.project;
  return ours && version.length <= 1 ? name : undefined;
}

async function answer(world: World, invoke: InvokeFunction | undefined, call: Call): Promise<Reply> {
  const event = parseJson(call.body);
  if (event === null || typeof event !== 'object')
    return errorReply(400, 'FSS.0400', 'The event is not a JSON object.');
  if (call.body.length > eventLimit) return errorReply(413, 'FSS.0413', 'The event is larger than 6 MB.');
  const name = nameOf(world, call.params.function_urn ?? '');
  const invoked = name === undefined ? undefined : await invoke?.(name, call.body);
  if (!invoked) return errorReply(404, 'FSS.1051', 'The function does not exist.');
  return invokedReply(call, invoked);
}

/** The reply is 200 also for a function that failed; only the headers, and `status` in form v1, say so. */
function invokedReply(call: Call, invoked: Invoked): Reply {
  const failed = invoked.error === true;
  // The last 2,000 bytes, as the reply table of the invocation page says (its request table says 4 KB).
  const tail = Buffer.from(invoked.log ?? '').subarray(-2000);
  const withLog = call.headers.get('x-cff-log-type') === 'tail';
  const version = call.headers.get('x-cff-request-version') === 'v1' ? 'v1' : 'v0';
  const headers = {
    'x-cff-request-id': invoked.requestId,
    'x-cff-response-version': version,
    'x-is-func-err': String(failed),
    'x-func-err-code': failed ? '500' : '200',
    ...(withLog ? { 'x-cff-function-log': tail.toString('base64') } : {}),
  };
  const bytes = Buffer.from(invoked.body);
  if (version === 'v0') return { status: 200, headers, body: bytes };
  const result = bytes.toString('utf8');
  const body = {
    request_id: invoked.requestId,
    result,
    log: withLog ? tail.toString('utf8') : '',
    status: failed ? 500 : 200,
  };
  return { status: 200, headers, body };
}
