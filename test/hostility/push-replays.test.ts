import { describe, expect, test } from 'vitest';
import { gateways } from '../shared/handler/triggers/http-events.js';
import { deliver, pushOf, signedHeaders } from './signed-push.js';

/** The cases D17 to D20 of a push receiver, through the built bundle with its own memory and clock. */

const taken = { status: 200, body: { accepted: true } };
const replayed = { status: 200, body: { accepted: false, reason: expect.stringContaining('may be a replay') } };
const cache = { IOTDA_PUSH_REPLAY_CACHE: '1000' };

describe.each(gateways)('with a replay cache, over %s,', (_name, gateway) => {
  test('D17: signed headers carry one body only, and what else comes under them is answered 200 and not taken', async () => {
    const headers = signedHeaders();
    const body = pushOf();
    expect(await deliver({ headers, body, settings: cache, gateway })).toMatchObject(taken);
    expect(await deliver({ headers, body: pushOf(), settings: cache, gateway })).toMatchObject(replayed);
    expect(await deliver({ headers, body: 'no JSON', settings: cache, gateway })).toMatchObject(replayed);
    expect(await deliver({ headers, body, settings: cache, gateway })).toMatchObject({
      status: 200,
      body: { accepted: true, duplicate: true },
    });
  });
});

describe('with a replay cache', () => {
  test('D17: a refused replay leaves a line that says so', async () => {
    const headers = signedHeaders();
    await deliver({ headers, body: pushOf(), settings: cache });
    const { lines } = await deliver({ headers, body: pushOf(), settings: cache });
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'WARN',
        status: 200,
        error: expect.objectContaining({ code: 'PUSH_NOT_TAKEN' }),
      }),
    ]);
  });

  test('a wrong signature is refused before the cache is asked, and does not get into it', async () => {
    const headers = signedHeaders();
    const forged = { ...headers, signature: 'f'.repeat(64) };
    expect(await deliver({ headers: forged, body: '{}', settings: cache })).toMatchObject({ status: 401 });
    expect(await deliver({ headers, body: pushOf(), settings: cache })).toMatchObject(taken);
  });

  test('no push is refused where no token is set: there is no signature to replay', async () => {
    const headers = signedHeaders();
    const settings = { ...cache, IOTDA_PUSH_TOKEN: '' };
    await deliver({ headers, body: pushOf(), settings });
    expect(await deliver({ headers, body: pushOf(), settings })).toMatchObject(taken);
  });
});

test('D17: without the setting, signed headers may come again', async () => {
  const headers = signedHeaders();
  await deliver({ headers, body: pushOf() });
  expect(await deliver({ headers, body: pushOf() })).toMatchObject(taken);
});

describe('the freshness window', () => {
  const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
  const window = { IOTDA_PUSH_MAX_AGE_SECONDS: '300' };
  const at = (timestamp: string, settings = window) =>
    deliver({ headers: signedHeaders({ timestamp }), body: pushOf(), settings });

  test('D19: is off by default, for a backlog is a day old', async () => {
    expect(await deliver({ headers: signedHeaders({ timestamp: String(ago(86_400)) }), body: pushOf() })).toMatchObject(
      taken,
    );
  });

  test.each([
    ['seconds', () => String(ago(10))],
    ['milliseconds', () => `${ago(10)}000`],
    ['a clock that is a little ahead', () => String(ago(-10))],
  ])('D20: takes a young push in %s', async (_unit, timestamp) => {
    expect(await at(timestamp())).toMatchObject(taken);
  });

  test.each([
    ['old, in seconds', () => String(ago(900)), 'too long ago'],
    ['old, in milliseconds', () => `${ago(900)}000`, 'too long ago'],
    ['from the future', () => String(ago(-900)), 'in the future'],
    ['no number', () => '2026-11-21T02:15:00Z', 'no number'],
    ['infinite', () => 'Infinity', 'no number'],
  ])('D20: answers 200 to a push that is %s and does not take it', async (_case, timestamp, reason) => {
    expect(await at(timestamp())).toMatchObject({
      status: 200,
      body: { accepted: false, reason: expect.stringContaining(reason) },
    });
  });

  test('a setting that is no number is an error in the log, and the push is answered 200 and not taken', async () => {
    const { status, body, lines } = await at(String(ago(0)), { IOTDA_PUSH_MAX_AGE_SECONDS: '5 minutes' });
    expect([status, body]).toEqual([
      200,
      { accepted: false, reason: expect.stringContaining('IOTDA_PUSH_MAX_AGE_SECONDS') },
    ]);
    expect(lines).toEqual([expect.objectContaining({ level: 'ERROR', status: 200 })]);
  });
});
