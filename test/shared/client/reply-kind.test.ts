import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readReply, unusableReply } from '../../../shared/client/reply-kind.js';

const schema = z.looseObject({ rows: z.array(z.unknown()) });
const of = { service: 'ces', operation: 'List' } as const;
const reply = (body: unknown, requestId?: string) => ({
  status: 200,
  headers: new Map(),
  body,
  requestId,
  attempts: 1,
});
const read = (body: unknown, requestId?: string) =>
  readReply(schema, reply(body, requestId), of, ({ rows }) => rows.length > 0);

function errorOf(body: unknown, requestId?: string): unknown {
  try {
    read(body, requestId);
  } catch (error) {
    return error;
  }
  throw new Error('it was read');
}

describe('a 2xx reply', () => {
  it.each([
    ['the documented one', { rows: [] }],
    ['one with an error code beside rows', { rows: [1], error_code: 'x.1' }],
  ])('is read: %s', (_, body) => {
    expect(read(body)).toEqual(body);
  });

  it.each([
    ['nothing', undefined, 'an empty body'],
    ['null', null, 'null'],
    ['a list', [1], 'a list'],
    ['a text', 'hello', 'a string'],
    ['a number', 1, 'a number'],
    ['another object', { other: 1 }, 'an object'],
  ])('of another kind is refused: %s', (_, body, kind) => {
    expect(errorOf(body)).toMatchObject({
      name: 'CloudReplyError',
      outcome: 'unknown',
      message: `ces List answered 200 with ${kind} instead of the documented reply. It was a read and changed nothing; call again later.`,
    });
  });

  it('that is an error in disguise is refused, with what it says and the request id', () => {
    const error = errorOf({ rows: [], error_code: 'x.1', error_msg: 'no', request_id: 'in-body' }, 'r-1');

    expect(error).toMatchObject({
      message: `ces List answered 200 with an error (x.1) (request id r-1). It was a read and changed nothing; call again later.`,
    });
    expect((error as { upstream: unknown }).upstream).toEqual({
      service: 'ces',
      status: 200,
      error_code: 'x.1',
      error_msg: 'no',
      request_id: 'r-1',
    });
    expect((errorOf([]) as { upstream: unknown }).upstream).toEqual({ service: 'ces', status: 200 });
  });

  it('that is an error in disguise tells it in one line of bounded length, without the headers it repeats', () => {
    const error_msg = `refused:\nX-Auth-Token: MARKED-TOKEN\n${'x'.repeat(5_000)}`;
    const { upstream, message } = errorOf({
      error_code: 'c\n'.repeat(500),
      error_msg,
      request_id: 'r'.repeat(500),
    }) as {
      upstream: Record<string, string>;
      message: string;
    };

    expect(upstream.error_msg).toMatch(/^refused: X-Auth-Token: \*\*\* x+…$/);
    expect(Object.values(upstream).map((text) => String(text).length <= 1_001)).not.toContain(false);
    expect([upstream.error_code?.length, upstream.request_id?.length]).toEqual([101, 129]);
    expect(message).not.toContain('\n');
  });

  it('that has its request id in its body alone keeps that one', () => {
    expect(errorOf({ rows: [], error_code: 'x.1', request_id: 'in-body' })).toMatchObject({
      upstream: { error_code: 'x.1', request_id: 'in-body' },
    });
  });

  it('of a call that may have changed something ends with how to look', () => {
    const ofWrite = { ...of, operation: 'Create', remedy: 'look for it' };

    expect(unusableReply(reply({}, 'r-1'), ofWrite, 'without an id')).toMatchObject({
      message:
        'ces Create answered 200 without an id (request id r-1). The call was sent and its outcome is unknown; look for it.',
      upstream: { service: 'ces', status: 200, request_id: 'r-1' },
    });
  });
});

it('a request id that repeats a secret is masked in the message and beside it', () => {
  const withoutSecret = (text: string) => text.replaceAll('s3cret', '***');
  const error = unusableReply({ ...reply(null, 'id-s3cret'), inWords: withoutSecret }, of, 'with null');

  expect(error.message).toContain('(request id id-***)');
  expect(error.upstream).toMatchObject({ request_id: 'id-***' });
});
