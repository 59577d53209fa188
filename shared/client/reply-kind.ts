import type * as z from 'zod/mini';
import { type ErrorBody, readErrorBody } from '../schemas/error-body.js';
import type { CloudReply, CloudService } from './cloud-client.js';
import { cloudText } from './cloud-text.js';
import { CloudReplyError, type Upstream } from './errors.js';

/** Which call a reply belongs to, and what the caller can do where the reply cannot be used. */
interface ReplyOf {
  readonly service: CloudService;
  readonly operation: string;
  /** Of a call that may have changed something: what to do next, without a full stop. A read is simply made again. */
  readonly remedy?: string;
}

/**
 * Reads a 2xx reply through its lenient schema. Only a reply of another kind altogether is refused: no object where the
 * page documents one, or an error body under a 2xx status (seen from other Huawei services, not confirmed for these).
 * @param documented whether the parsed reply holds what the page documents; then nothing else is asked
 * @throws CloudReplyError with `outcome` unknown
 */
export function readReply<Schema extends z.ZodMiniType>(
  schema: Schema,
  reply: CloudReply,
  of: ReplyOf,
  documented: (parsed: z.output<Schema>) => boolean,
): z.output<Schema> {
  const parsed = schema.safeParse(reply.body);
  if (parsed.success && documented(parsed.data)) return parsed.data;
  const told = readErrorBody(reply.body);
  if (parsed.success && told.error_code === undefined) return parsed.data;

  const error = inWords(told, reply);
  const what = parsed.success
    ? `with an error (${error.error_code})`
    : `with ${kindOf(reply.body)} instead of the documented reply`;
  throw unusableReply(reply, of, what, error);
}

/**
 * The error for a 2xx reply that cannot be used.
 * @param what goes on where the sentence has said that the cloud answered
 */
export function unusableReply(reply: CloudReply, of: ReplyOf, what: string, error: ErrorBody = {}): CloudReplyError {
  const id = inWords({ request_id: reply.requestId }, reply);
  const upstream: Upstream = { service: of.service, status: reply.status, ...error, ...id };
  const trace = id.request_id === undefined ? '' : ` (request id ${id.request_id})`;
  const whatNow =
    of.remedy === undefined
      ? 'It was a read and changed nothing; call again later'
      : `The call was sent and its outcome is unknown; ${of.remedy}`;
  return new CloudReplyError(
    `${of.service} ${of.operation} answered ${reply.status} ${what}${trace}. ${whatNow}.`,
    upstream,
  );
}

type Told = { readonly [Field in keyof ErrorBody]: ErrorBody[Field] | undefined };

/** As the error of any other reply has them: it may repeat what it was sent, and at any length. */
function inWords({ error_code, error_msg, request_id }: Told, reply: CloudReply): ErrorBody {
  const fit = reply.inWords ?? ((text, limit) => cloudText(text, [], limit));
  return {
    ...(error_code === undefined ? {} : { error_code: fit(error_code, 100) }),
    ...(error_msg === undefined ? {} : { error_msg: fit(error_msg) }),
    ...(request_id === undefined ? {} : { request_id: fit(request_id, 128) }),
  };
}

function kindOf(body: unknown): string {
  if (body === undefined) return 'an empty body';
  if (body === null) return 'null';
  if (Array.isArray(body)) return 'a list';
  return typeof body === 'object' ? 'an object' : `a ${typeof body}`;
}
