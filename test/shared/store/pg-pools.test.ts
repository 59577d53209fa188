import { afterEach, expect, test } from 'vitest';
import { trustedRestMs } from '../../../shared/client/connection-rest.js';
import { closePool, retirePool, takePool, touchPool } from '../../../shared/store/pg-pools.js';

const address = { url: 'postgres://nobody@127.0.0.1:1/nothing' };
const clocksAt = (monotonic: number, wall = monotonic) => ({ monotonic: () => monotonic, wall: () => wall });
afterEach(() => closePool(address));

test.each([
  ['the process ran on', clocksAt(trustedRestMs), true],
  ['the process stood still', clocksAt(trustedRestMs + 1), false],
  ['the machine stood still with its monotonic clock', clocksAt(5, trustedRestMs + 1), false],
])('where %s since the last use, the same pool is taken: %#', async (_case, later, isSame) => {
  const first = await takePool(address, clocksAt(0));

  const second = await takePool(address, later);

  expect(second === first).toBe(isSame);
  expect(first.pool.ending).toBe(!isSame);
});

test('the rest begins with the end of a use', async () => {
  const first = await takePool(address, clocksAt(0));
  touchPool(first, clocksAt(10_000));

  expect(await takePool(address, clocksAt(10_000 + trustedRestMs))).toBe(first);
});

test('a pool that is given up once more leaves its successor alone', async () => {
  const first = await takePool(address, clocksAt(0));
  retirePool(first);
  const second = await takePool(address, clocksAt(0));
  retirePool(first);

  expect(await takePool(address, clocksAt(0))).toBe(second);
});

test('a pool that was given up is not taken again', async () => {
  const first = await takePool(address, clocksAt(0));
  retirePool(first);

  expect(await takePool(address, clocksAt(0))).not.toBe(first);
});

test('of a pooler, whose sessions are not ours, nothing is asked that it would refuse', async () => {
  const behindPooler = { url: `${address.url}?prepare=off` };

  const { pool } = await takePool(behindPooler, clocksAt(0));

  const asked = ['options', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  expect(asked.filter((name) => name in pool.options)).toEqual([]);
  await closePool(behindPooler);
});
