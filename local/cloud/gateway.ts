import { randomBytes } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { Authenticator, Identity } from './authenticate.js';
import type { WireRequest } from './canonical-request.js';
import { type Call, type CloudOperation, gatewayError, type Reply } from './cloud-operation.js';
import { applyFault, type Fault, type Faults } from './faults.js';
import type { Persistence } from './persistence.js';
import { type RequestLog, type RequestRecord, shownBody, signedBy } from './request-log.js';
import type { Throttle } from './throttle.js';
import { readWire, sendReply } from './wire.js';
import type { World } from './world.js';

type Env = { Bindings: HttpBindings };

/** What the gateway is made of. */
export interface GatewayParts {
  readonly world: World;
  readonly authenticator: Authenticator;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly requests: RequestLog;
  readonly persistence: Persistence;
  /** Ends early when the cloud is closed. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** The operation of a path that no service knows. */
const unknownApi: CloudOperation = {
  name: 'unknown',
  method: 'GET',
  path: '*',
  anonymous: true,
  answer: (call) =>
    gatewayError(
      404,
      'APIGW.0101',
      'The API does not exist or has not been published in the environment',
      call.requestId,
    ),
};

/**
 * Puts the operations behind the gateway. Each call goes: record, faults, authentication, throttling, service; what a
 * call changed is on disk before its answer leaves.
 */
export function mountGateway(app: Hono<Env>, operations: readonly CloudOperation[], parts: GatewayParts): void {
  for (const operation of operations) {
    app.on(operation.method, operation.path, (c) => exchange(parts, operation, c));
  }
  app.notFound((c) => exchange(parts, unknownApi, c as Context<Env>));
}

async function exchange(parts: GatewayParts, operation: CloudOperation, c: Context<Env>): Promise<Response> {
  const requestId = randomBytes(16).toString('hex');
  const wire = await readWire(c.env.incoming, operation.bodyLimit);
  const started = performance.now();
  if (!wire) {
    const reply = gatewayError(413, 'APIGW.0201', 'Request entity too large', requestId);
    return sendReply(c.env.outgoing, reply, requestId, 'whole');
  }
  const call = callOf(wire, c.req.param(), requestId);
  const identity = parts.authenticator.identify(wire, operation.derivedSigning === true);
  const fault = parts.faults.take(operation.name);
  const entry = describe(parts, operation, wire, call, identity, fault);
  parts.requests.add(entry);
  const serve = (): Promise<Reply> => serveSafely(parts, operation, call, identity);
  const { reply, ending } = fault
    ? await applyFault(fault, requestId, serve, parts.sleep)
    : { reply: await serve(), ending: 'whole' as const };
  entry.status = ending === 'none' ? 0 : reply.status;
  entry.ms = Math.round((performance.now() - started) * 10) / 10;
  return sendReply(c.env.outgoing, reply, requestId, ending);
}

function callOf(
  wire: WireRequest & { readonly body: Buffer },
  params: Record<string, string>,
  requestId: string,
): Call {
  const mark = wire.target.indexOf('?');
  const query = new URLSearchParams(mark < 0 ? '' : wire.target.slice(mark + 1));
  return { params, query, headers: wire.headers, body: wire.body, requestId };
}

async function serveSafely(
  parts: GatewayParts,
  operation: CloudOperation,
  call: Call,
  identity: Identity,
): Promise<Reply> {
  try {
    return await serve(parts, operation, call, identity);
  } catch (error) {
    // Nothing here is expected to throw: a full disk, or a mistake in the emulator. The caller gets the cloud's 500.
    const text = error instanceof Error ? error.message : String(error);
    return gatewayError(500, 'APIGW.0601', `Internal server error of the emulated cloud: ${text}`, call.requestId);
  }
}

async function serve(parts: GatewayParts, operation: CloudOperation, call: Call, identity: Identity): Promise<Reply> {
  const refusal = operation.anonymous ? undefined : refusalOf(parts, operation, call, identity);
  if (refusal) return refusal;
  const throttled = parts.throttle.check(operation.name, call.requestId);
  if (throttled) return throttled;
  const reply = await operation.answer(call);
  if (operation.method !== 'GET' && reply.status < 300) await parts.persistence.save();
  return reply;
}

/** A refused credential, or a project that is not the account's. */
function refusalOf(parts: GatewayParts, operation: CloudOperation, call: Call, identity: Identity): Reply | undefined {
  const why = parts.authenticator.admit(identity);
  if (why !== undefined) {
    if (operation.refusedToken && identity.by === 'token') return operation.refusedToken;
    return gatewayError(401, 'APIGW.0301', `Incorrect IAM authentication information: ${why}`, call.requestId);
  }
  const project = parts.world.account.project;
  const asked = call.params.project_id ?? project;
  const named = call.headers.get('x-project-id') ?? project;
  if (asked === project && named === project) return undefined;
  // Which code a foreign project gets is not confirmed; where a service's page has one for it, it is that one.
  const general = gatewayError(403, 'APIGW.0302', 'The IAM user is not authorized to access the API', call.requestId);
  return asked === project ? general : (operation.foreignProject ?? general);
}

/** The call's line in the request log, as far as it is known when the call arrives. */
function describe(
  parts: GatewayParts,
  operation: CloudOperation,
  wire: WireRequest,
  call: Call,
  identity: Identity,
  fault: Fault | undefined,
): RequestRecord {
  const mark = wire.target.indexOf('?');
  const body = shownBody(call.body);
  const who = signedBy(identity);
  return {
    time: new Date(parts.world.realNow()).toISOString(),
    request_id: call.requestId,
    operation: operation.name,
    method: wire.method,
    path: mark < 0 ? wire.target : wire.target.slice(0, mark),
    query: mark < 0 ? '' : wire.target.slice(mark + 1),
    ...(body === undefined ? {} : { body }),
    ...(who === undefined ? {} : { signed_by: who }),
    verified: identity.verified,
    ...(identity.verified ? {} : { refused: identity.why }),
    ...(fault ? { fault: { ...fault } } : {}),
  };
}
