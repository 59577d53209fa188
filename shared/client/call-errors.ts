import type { ErrorBody } from '../schemas/error-body.js';
import type { CloudService } from './cloud-client.js';
import { cloudText } from './cloud-text.js';
import {
  CloudAuthError,
  CloudConnectionError,
  CloudFailedError,
  CloudRejectedError,
  CloudReplyError,
  CloudThrottledError,
  CloudTimeoutError,
  type FleetbatchError,
  type Upstream,
} from './errors.js';
import type { RawReply, TransportFailure } from './transport.js';
import { whereToLook } from './where-to-look.js';

/** Which call went wrong, and what must not be repeated about it. */
export interface FailedCall {
  readonly service: CloudService;
  readonly operation: string;
  readonly host: string;
  readonly repeatable: boolean;
  /** True for the request of a token: whatever becomes of it, the call that needs the token was not sent. */
  readonly preparatory: boolean;
  readonly attempts: number;
  readonly secrets: readonly string[];
}

/** What to answer where the cloud throttles and gives no time (gateway FAQ: try again after 2 to 5 seconds). Seconds. */
const usualThrottleSeconds = 5;
/** Nobody waits longer for anything; a hint of years is a mistake. Seconds. */
const longestThrottleSeconds = 86_400;

/** The request id of a reply: header, else body, else the trace id of IAM. Bounded and in one line. */
export function requestIdOf(
  headers: ReadonlyMap<string, string>,
  inBody: () => string | undefined,
  secrets: readonly string[] = [],
): string | undefined {
  const id = headers.get('x-request-id') || inBody() || headers.get('x-iam-trace-id');
  return id ? cloudText(id, secrets, 128) : undefined;
}

/**
 * The error for a reply with a status other than 2xx.
 * @param body what the reply's body tells
 * @param hintMs when the cloud will take calls again, in milliseconds, where it said so
 */
export function errorOfReply(
  call: FailedCall,
  reply: RawReply,
  body: ErrorBody,
  hintMs: number | undefined,
): FleetbatchError {
  const { status } = reply;
  if (status < 400) {
    return unreadable(
      call,
      reply,
      'a redirect, which is never followed with a signed request; check the endpoint setting',
    );
  }
  const upstream = upstreamOf(call, reply, body);
  const what = `${nameOf(call)} answered ${status}${quote(upstream)}`;
  const outcome = call.preparatory ? 'not-sent' : 'rejected';
  const effect = call.preparatory ? 'The call that needs the token was not sent' : 'It did nothing';
  if (status === 401 || status === 403) {
    return new CloudAuthError(`${what}. ${effect}; ${authRemedy(call, status)}.`, upstream, outcome);
  }
  if (status === 429) {
    const hinted = hintMs === undefined ? usualThrottleSeconds : Math.ceil(hintMs / 1000);
    const seconds = Math.min(longestThrottleSeconds, Math.max(1, hinted));
    const message = `${what} and is still throttling after attempt ${call.attempts}. ${effect}; call again in ${seconds} s.`;
    return new CloudThrottledError(message, upstream, seconds, outcome);
  }
  if (status >= 500) return new CloudFailedError(`${what}. ${afterSending(call)}`, upstream, outcomeOf(call, true));
  return new CloudRejectedError(`${what}. ${effect}; ${rejectRemedy(call, status)}.`, upstream, outcome);
}

/**
 * The error for a reply that is not what the page documents: HTML, half a JSON text, a redirect.
 * @param text the body where its beginning may help
 */
export function unreadable(call: FailedCall, reply: RawReply, why: string, text = ''): CloudReplyError {
  const upstream = upstreamOf(call, reply, {});
  const beginning = cloudText(text, call.secrets, 80);
  const start = beginning === '' ? '' : `, beginning ${JSON.stringify(beginning)}`;
  return new CloudReplyError(
    `${nameOf(call)} answered ${reply.status} with ${why}${start}${trace(upstream)}. ${afterSending(call)}`,
    upstream,
    undefined,
    outcomeOf(call, true),
  );
}

/** The error for an attempt without an answer. */
export function errorOfFailure(call: FailedCall, failure: TransportFailure): FleetbatchError {
  const upstream: Upstream = { service: call.service };
  const outcome = outcomeOf(call, failure.sent);
  // Where a name has several addresses, Node's error has a code and no text.
  const reason = [failure.code, cloudText(failure.message, call.secrets, 300)].filter((part) => part !== '').join(': ');
  const cause = new Error(reason);
  if (failure.timedOut) {
    const what = `${nameOf(call)} gave no answer in time (${reason})`;
    return new CloudTimeoutError(`${what}. ${whatNow(call, failure.sent)}`, outcome, upstream, cause);
  }
  const what = failure.sent
    ? `the connection to ${call.host} broke during ${nameOf(call)} (${reason})`
    : `no connection to ${call.host} for ${nameOf(call)} (${reason})`;
  return new CloudConnectionError(`${what}. ${whatNow(call, failure.sent)}`, outcome, upstream, cause);
}

/** The error where no time was left to send the call at all. */
export function outOfTime(call: FailedCall): CloudTimeoutError {
  const message = `no time was left for ${nameOf(call)}. Nothing was sent; call again, or raise the timeout of the function.`;
  return new CloudTimeoutError(message, 'not-sent', { service: call.service });
}

function upstreamOf(call: FailedCall, reply: RawReply, { error_code, error_msg, request_id }: ErrorBody): Upstream {
  const requestId = requestIdOf(reply.headers, () => request_id, call.secrets);
  return {
    service: call.service,
    status: reply.status,
    ...(error_code === undefined ? {} : { error_code: cloudText(error_code, call.secrets, 100) }),
    ...(error_msg === undefined ? {} : { error_msg: cloudText(error_msg, call.secrets) }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}

function nameOf(call: FailedCall): string {
  return `${call.service} ${call.operation}`;
}

function quote(upstream: Upstream): string {
  const code = upstream.error_code === undefined ? '' : ` ${upstream.error_code}`;
  const message = upstream.error_msg === undefined ? '' : ` "${upstream.error_msg}"`;
  return `${code}${message}${trace(upstream)}`;
}

function trace({ request_id }: Upstream): string {
  return request_id === undefined ? '' : ` (request id ${request_id})`;
}

function authRemedy({ preparatory }: FailedCall, status: number): string {
  if (status === 403) return 'give the agency or user the permission for this operation and project';
  if (preparatory) {
    return 'check HUAWEICLOUD_IAM_USERNAME, HUAWEICLOUD_IAM_PASSWORD and HUAWEICLOUD_IAM_DOMAIN before calling again';
  }
  return 'check the credentials, and with an access key the clock, before calling again: five refusals in a row lock the key for 5 minutes';
}

function rejectRemedy(call: FailedCall, status: number): string {
  if (call.preparatory) return `check ${call.service.toUpperCase()}_ENDPOINT, the project and the settings of the user`;
  if (status === 404) return 'check the ids, the project and the endpoint, then call again';
  if (status === 408) return 'call again, for the request did not arrive whole in time';
  if (status === 409) return 'look at the present state, then call again';
  return 'correct the request, then call again';
}

function outcomeOf(call: FailedCall, sent: boolean): 'not-sent' | 'unknown' {
  return sent && !call.preparatory ? 'unknown' : 'not-sent';
}

function whatNow(call: FailedCall, sent: boolean): string {
  if (sent) return afterSending(call);
  return `Nothing was sent; check ${call.service.toUpperCase()}_ENDPOINT and the network, then call again.`;
}

function afterSending(call: FailedCall): string {
  if (call.preparatory) return 'The call that needs the token was not sent; call again later.';
  if (call.repeatable) return 'It was a read and changed nothing; call again later.';
  return `The call was sent and its outcome is unknown; ${whereToLook(call.operation)}.`;
}
