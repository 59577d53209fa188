import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { clientFor, json, readCall, rejection, text, writeCall } from './loopback.js';
import { serve } from './servers.js';

describe('send, replies', () => {
  it('returns status, headers, parsed body, request id and attempts', async () => {
    const { origin } = await serve(json(201, { invocations: [] }));

    const { headers, inWords, ...reply } = await clientFor(origin).send(writeCall);

    expect(reply).toEqual({ status: 201, body: { invocations: [] }, requestId: 'req-0001', attempts: 1 });
    expect(headers.get('content-type')).toBe('application/json');
    expect(inWords?.('line one\nline two', 6)).toBe('line o…');
  });

  it('has an undefined body where the reply is empty', async () => {
    const { origin } = await serve(text(200, ' \n'));

    expect((await clientFor(origin).send(readCall)).body).toBeUndefined();
  });

  it('reads a body with a byte order mark, and a compressed one', async () => {
    const { origin } = await serve(
      text(200, '\ufeff{"a":1}'),
      text(200, gzipSync('{"a":2}'), { 'content-encoding': 'gzip' }),
    );
    const client = clientFor(origin);

    const bodies = [(await client.send(readCall)).body, (await client.send(readCall)).body];

    expect(bodies).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it.each([
    ['the header', { 'x-request-id': 'in-header', 'x-iam-trace-id': 'trace' }, { request_id: 'in-body' }, 'in-header'],
    ['the body', { 'x-request-id': '', 'x-iam-trace-id': 'trace' }, { request_id: 'in-body' }, 'in-body'],
    ['the trace of IAM', { 'x-request-id': '', 'x-iam-trace-id': 'trace' }, {}, 'trace'],
    ['nowhere', { 'x-request-id': '' }, {}, undefined],
  ])('takes the request id from %s', async (_, headers, body, id) => {
    const { origin } = await serve(json(200, body, headers));

    expect((await clientFor(origin).send(readCall)).requestId).toBe(id);
  });
});

describe('send, refusals', () => {
  const refusal = { error_code: 'taskmgr.0005', error_msg: 'The parameters are invalid.' };

  it.each([
    [400, 'CloudRejectedError', 400, 'rejected'],
    [404, 'CloudRejectedError', 404, 'rejected'],
    [409, 'CloudRejectedError', 409, 'rejected'],
    [413, 'CloudRejectedError', 502, 'rejected'],
    [401, 'CloudAuthError', 502, 'rejected'],
    [403, 'CloudAuthError', 502, 'rejected'],
    [429, 'CloudThrottledError', 429, 'rejected'],
    [500, 'CloudFailedError', 502, 'unknown'],
    [504, 'CloudFailedError', 502, 'unknown'],
  ])('makes a %s of a write a %s', async (status, name, answered, outcome) => {
    const { origin } = await serve(json(status, refusal));

    const error = await rejection(clientFor(origin).send(writeCall));

    expect(error).toMatchObject({
      name,
      status: answered,
      outcome,
      upstream: { service: 'ces', status, ...refusal, request_id: 'req-0001' },
    });
    expect(String(error)).toContain(
      `ces BatchCreateAgentInvocations answered ${status} taskmgr.0005 "The parameters are invalid." (request id req-0001)`,
    );
  });

  it.each([
    ['text', text(404, 'nothing here'), { error_msg: 'nothing here' }],
    ['null', json(400, null), {}],
    ['an empty body', text(502, ''), {}],
    [
      'an old shape of CES',
      json(400, { code: 400, message: 'm', details: { code: 'ces.0014', details: 'd' } }),
      { error_code: 'ces.0014' },
    ],
    [
      'a packed body',
      text(400, gzipSync('{"error_code":"x.1"}'), { 'content-encoding': 'gzip' }),
      { error_code: 'x.1' },
    ],
  ])('reads an error body that is %s', async (_, reply, upstream) => {
    const { origin } = await serve(reply);

    const error = await rejection(clientFor(origin).send(writeCall));

    expect(error).toMatchObject({ upstream });
  });

  it.each([
    [
      'HTML',
      text(200, '<html>\n<body>Please log in</body></html>'),
      /something that is not JSON, beginning "<html> <body>Please log in<\/body><\/html>" \(request id req-0001\)/,
    ],
    ['half a JSON text', text(201, '{"invocations":['), /not JSON/],
    ['a packed body that is broken', text(200, 'no gzip', { 'content-encoding': 'gzip' }), /cannot be unpacked/],
    ['a redirect', text(302, '', { location: 'https://other.example.com' }), /a redirect, which is never followed/],
  ])('makes a reply that is %s a CloudReplyError', async (_, reply, message) => {
    const { origin, received } = await serve(reply);

    const error = await rejection(clientFor(origin).send(writeCall));

    expect(error).toMatchObject({ name: 'CloudReplyError', outcome: 'unknown', status: 502 });
    expect(String(error)).toMatch(message);
    expect(received).toHaveLength(1);
  });

  it('quotes 80 characters of a long page at most', async () => {
    const { origin } = await serve(text(200, `<${'x'.repeat(500)}`));

    const error = await rejection(clientFor(origin).send(readCall));

    expect(String(error)).toContain(`<${'x'.repeat(79)}…"`);
  });
});
