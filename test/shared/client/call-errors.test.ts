import { describe, expect, it } from 'vitest';
import {
  errorOfFailure,
  errorOfReply,
  type FailedCall,
  outOfTime,
  requestIdOf,
  unreadable,
} from '../../../shared/client/call-errors.js';
import { type RawReply, TransportFailure } from '../../../shared/client/transport.js';
import type { ErrorBody } from '../../../shared/schemas/error-body.js';

const write: FailedCall = {
  service: 'ces',
  operation: 'Create',
  host: 'ces.example.com',
  repeatable: false,
  preparatory: false,
  attempts: 2,
  secrets: ['secret-key'],
};
const read: FailedCall = { ...write, operation: 'List', repeatable: true };
const token: FailedCall = { ...write, service: 'iam', operation: 'Token', repeatable: true, preparatory: true };

const reply = (status: number, headers: Record<string, string> = {}): RawReply => ({
  status,
  headers: new Map(Object.entries(headers)),
  body: Buffer.alloc(0),
});
const body: ErrorBody = { error_code: 'ces.0014', error_msg: 'no such thing' };
const looking = 'The call was sent and its outcome is unknown; look whether it took effect before calling again.';
const harmless = 'It was a read and changed nothing; call again later.';
const waiting = 'The call that needs the token was not sent; call again later.';

describe('the error of a reply', () => {
  it.each([
    [400, 'CloudRejectedError', 'rejected', 'It did nothing; correct the request, then call again.'],
    [
      404,
      'CloudRejectedError',
      'rejected',
      'It did nothing; check the ids, the project and the endpoint, then call again.',
    ],
    [
      408,
      'CloudRejectedError',
      'rejected',
      'It did nothing; call again, for the request did not arrive whole in time.',
    ],
    [409, 'CloudRejectedError', 'rejected', 'It did nothing; look at the present state, then call again.'],
    [499, 'CloudRejectedError', 'rejected', 'It did nothing; correct the request, then call again.'],
    [
      401,
      'CloudAuthError',
      'rejected',
      'It did nothing; check the credentials, and with an access key the clock, before calling again: five refusals in a row lock the key for 5 minutes.',
    ],
    [
      403,
      'CloudAuthError',
      'rejected',
      'It did nothing; give the agency or user the permission for this operation and project.',
    ],
    [500, 'CloudFailedError', 'unknown', looking],
    [503, 'CloudFailedError', 'unknown', looking],
  ])('%i is a %s (%s) that says what to do', (status, name, outcome, remedy) => {
    const error = errorOfReply(write, reply(status), body, undefined);

    expect(error).toMatchObject({
      name,
      outcome,
      message: `ces Create answered ${status} ces.0014 "no such thing". ${remedy}`,
    });
    expect(error.upstream).toStrictEqual({ service: 'ces', status, ...body });
  });

  it.each([
    ['a read', read, 'unknown', `ces List answered 500. ${harmless}`],
    ['the request of a token', token, 'not-sent', `iam Token answered 500. ${waiting}`],
  ])('says for %s what was not harmed', (_, call, outcome, message) => {
    const error = errorOfReply(call, reply(500), {}, undefined);

    expect(error).toMatchObject({ outcome, message });
    expect(error.upstream).toEqual({ service: call.service, status: 500 });
  });

  it.each([400, 404, 409])('%i to the request of a token is not the status of the call that needs it', (status) => {
    const error = errorOfReply(token, reply(status), {}, undefined);

    expect(error).toMatchObject({
      name: 'CloudRejectedError',
      status: 502,
      outcome: 'not-sent',
      message: `iam Token answered ${status}. The call that needs the token was not sent; check IAM_ENDPOINT, the project and the settings of the user.`,
    });
    expect(error.upstream).toEqual({ service: 'iam', status });
  });

  it.each([
    [401, 'check HUAWEICLOUD_IAM_USERNAME, HUAWEICLOUD_IAM_PASSWORD and HUAWEICLOUD_IAM_DOMAIN before calling again'],
    [403, 'give the agency or user the permission for this operation and project'],
  ])('%i to the request of a token says that the call was not sent, and what to mend', (status, remedy) => {
    expect(errorOfReply(token, reply(status), {}, undefined)).toMatchObject({
      name: 'CloudAuthError',
      outcome: 'not-sent',
      message: `iam Token answered ${status}. The call that needs the token was not sent; ${remedy}.`,
    });
  });

  it('says where IAM throttles that the call was not sent, and when to come back', () => {
    expect(errorOfReply(token, reply(429), {}, 2_000)).toMatchObject({
      name: 'CloudThrottledError',
      outcome: 'not-sent',
      retryAfterSeconds: 2,
      message:
        'iam Token answered 429 and is still throttling after attempt 2. The call that needs the token was not sent; call again in 2 s.',
    });
  });

  it('does not follow a redirect', () => {
    expect(errorOfReply(write, reply(399), body, undefined)).toMatchObject({
      name: 'CloudReplyError',
      outcome: 'unknown',
      message: `ces Create answered 399 with a redirect, which is never followed with a signed request; check the endpoint setting. ${looking}`,
    });
  });

  it.each([
    [undefined, 5],
    [0, 1],
    [1000, 1],
    [1001, 2],
    [86_400_000, 86_400],
    [86_401_000, 86_400],
  ])('tells a throttled caller when to come back: a hint of %s ms is %i s', (hintMs, seconds) => {
    expect(errorOfReply(write, reply(429), {}, hintMs)).toMatchObject({
      name: 'CloudThrottledError',
      outcome: 'rejected',
      retryAfterSeconds: seconds,
      message: `ces Create answered 429 and is still throttling after attempt 2. It did nothing; call again in ${seconds} s.`,
    });
  });

  it('names the request id, and keeps secrets and overlong codes out', () => {
    const told = {
      error_code: `secret-key${'x'.repeat(200)}`,
      error_msg: 'it holds secret-key',
      request_id: 'in-body',
    };

    const error = errorOfReply(write, reply(400, { 'x-request-id': 'in-header' }), told, undefined);

    const code = `***${'x'.repeat(97)}…`;
    expect(error.message).toContain(`answered 400 ${code} "it holds ***" (request id in-header).`);
    expect(error.upstream).toEqual({
      service: 'ces',
      status: 400,
      error_code: code,
      error_msg: 'it holds ***',
      request_id: 'in-header',
    });
    expect(errorOfReply(write, reply(400), told, undefined).upstream?.request_id).toBe('in-body');
  });
});

describe('the request id', () => {
  it.each([
    [{ 'x-request-id': 'header', 'x-iam-trace-id': 'trace' }, 'body', 'header'],
    [{ 'x-iam-trace-id': 'trace' }, 'body', 'body'],
    [{ 'x-iam-trace-id': 'trace' }, undefined, 'trace'],
    [{ 'x-request-id': '', 'x-iam-trace-id': 'trace' }, '', 'trace'],
    [{}, undefined, undefined],
    [{ 'x-request-id': `a\r\n${'b'.repeat(200)}` }, undefined, `a ${'b'.repeat(126)}…`],
  ])('is taken from header, body and trace in this order: %j %j', (headers, inBody, id) => {
    expect(requestIdOf(new Map(Object.entries(headers)), () => inBody)).toBe(id);
  });
});

describe('the error of a reply that cannot be read', () => {
  it.each([
    ['a write', write, 'unknown', looking],
    ['a read', read, 'unknown', harmless],
    ['the request of a token', token, 'not-sent', waiting],
  ])('shows the beginning of what came: %s', (_, call, outcome, what) => {
    const error = unreadable(
      call,
      reply(200, { 'x-request-id': 'r-1' }),
      'something odd',
      `<html>secret-key${'x'.repeat(200)}`,
    );

    const name = `${call.service} ${call.operation}`;
    expect(error).toMatchObject({
      name: 'CloudReplyError',
      outcome,
      message: `${name} answered 200 with something odd, beginning "<html>***${'x'.repeat(71)}…" (request id r-1). ${what}`,
      upstream: { service: call.service, status: 200, request_id: 'r-1' },
    });
    expect(error.cause).toBeUndefined();
  });

  it('does without a beginning where there is none', () => {
    expect(unreadable(read, reply(200), 'a compressed body').message).toBe(
      `ces List answered 200 with a compressed body. ${harmless}`,
    );
  });
});

describe('the error of an attempt without an answer', () => {
  const unsent = 'Nothing was sent; check CES_ENDPOINT and the network, then call again.';

  it.each([
    [
      'TIMEOUT',
      true,
      write,
      'CloudTimeoutError',
      'unknown',
      `ces Create gave no answer in time (TIMEOUT: why). ${looking}`,
    ],
    [
      'TIMEOUT',
      false,
      write,
      'CloudTimeoutError',
      'not-sent',
      `ces Create gave no answer in time (TIMEOUT: why). ${unsent}`,
    ],
    [
      'ABORTED',
      true,
      read,
      'CloudTimeoutError',
      'unknown',
      `ces List gave no answer in time (ABORTED: why). ${harmless}`,
    ],
    [
      'ECONNRESET',
      true,
      write,
      'CloudConnectionError',
      'unknown',
      `the connection to ces.example.com broke during ces Create (ECONNRESET: why). ${looking}`,
    ],
    [
      'ECONNRESET',
      true,
      token,
      'CloudConnectionError',
      'not-sent',
      `the connection to ces.example.com broke during iam Token (ECONNRESET: why). ${waiting}`,
    ],
    [
      'ECONNREFUSED',
      false,
      write,
      'CloudConnectionError',
      'not-sent',
      `no connection to ces.example.com for ces Create (ECONNREFUSED: why). ${unsent}`,
    ],
  ])('says what broke and what is known: %s, sent %s', (code, sent, call, name, outcome, message) => {
    const error = errorOfFailure(call, new TransportFailure(code, 'why', sent));

    expect(error).toMatchObject({ name, outcome, message });
    expect(error.upstream).toEqual({ service: call.service });
    expect(error.cause).toEqual(new Error(`${code}: why`));
  });

  it('makes do with a code alone, and keeps secrets and overlong texts out', () => {
    const bare = errorOfFailure(write, new TransportFailure('ECONNREFUSED', '', false));
    const long = errorOfFailure(write, new TransportFailure('E', `secret-key${'x'.repeat(400)}`, false));

    expect(bare.message).toContain('(ECONNREFUSED). Nothing');
    expect(long.message).toContain(`(E: ***${'x'.repeat(297)}…). Nothing`);
  });

  it('says where no time was left that nothing was sent', () => {
    expect(outOfTime(write)).toMatchObject({
      name: 'CloudTimeoutError',
      outcome: 'not-sent',
      upstream: { service: 'ces' },
      message: 'no time was left for ces Create. Nothing was sent; call again, or raise the timeout of the function.',
    });
  });
});
