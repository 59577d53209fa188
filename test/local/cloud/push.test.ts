import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPusher, type Pusher, signatureHeaders } from '../../../local/cloud/push.js';
import { type Receiver, startReceiver } from './push-receiver.js';

const minute = 60_000;
let receiver: Receiver;
let pusher: Pusher;
let time: number;

beforeEach(async () => {
  time = 0;
  receiver = await startReceiver();
  pusher = createPusher({ now: () => time, after: () => () => undefined });
});
afterEach(async () => {
  pusher.close();
  await receiver.close();
});

/** Pushes messages `from`…`to` and waits for their fate. */
async function push(from: number, to = from): Promise<void> {
  for (let n = from; n <= to; n += 1) pusher.enqueue({ url: receiver.url, body: `{"n":${n}}`, about: `message ${n}` });
  await pusher.settled();
}

async function probe(): Promise<void> {
  time += 3 * minute;
  pusher.probeDue();
  await pusher.settled();
}

function numbers(): number[] {
  return receiver.bodies().map((body) => body.n);
}

test('a signature is the hash of token, timestamp and nonce in dictionary order', () => {
  expect(signatureHeaders('abc123', '1700000000000', 'XyZ')).toEqual({
    timestamp: '1700000000000',
    nonce: 'XyZ',
    signature: '4fa6c54b30d3297518ed6fa28f0be04526671c2e0d5fa929daa5773a6c678769',
  });
});

test('a signed push carries the three headers, made anew each time', async () => {
  for (let i = 0; i < 2; i += 1) pusher.enqueue({ url: receiver.url, token: 'abc123', body: '{}', about: '' });
  await pusher.settled();
  const [first, second] = receiver.received.map(({ headers }) => headers);
  const { timestamp, nonce, signature } = first ?? {};
  expect(signatureHeaders('abc123', String(timestamp), String(nonce)).signature).toBe(signature);
  expect(second?.nonce).not.toBe(nonce);
});

test('messages arrive one by one in order, as JSON in UTF-8', async () => {
  await push(1, 5);
  expect([numbers(), receiver.received[0]?.headers['content-type']]).toEqual([
    [1, 2, 3, 4, 5],
    'application/json;charset=utf-8',
  ]);
});

test.each([201, 204, 302, 404, 500])('a message answered with %d is lost and not sent again', async (status) => {
  receiver.answer(status);
  await push(1);
  receiver.answer(200);
  await push(2);
  expect([numbers(), receiver.received.map(({ path }) => path)]).toEqual([
    [1, 2],
    ['/push', '/push'],
  ]);
});

test('a message without an answer in time is lost', async () => {
  pusher.close();
  pusher = createPusher({ now: () => time, after: () => () => undefined, answerWithinMs: 30 });
  receiver.answer('never');
  await push(1);
  expect(pusher.report().deliveries).toMatchObject([{ about: 'message 1', failure: 'no answer in time' }]);
});

test('ten failures in a row block the host, and messages wait', async () => {
  receiver.answer(500);
  await push(1, 12);
  expect(numbers()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(pusher.report().hosts).toMatchObject([{ blocked: true, waiting: 2 }]);
});

test('a success between failures keeps the host open', async () => {
  receiver.answer(500);
  await push(1, 9);
  receiver.answer(200);
  await push(10);
  receiver.answer(500);
  await push(11, 19);
  expect(pusher.report().hosts).toMatchObject([{ blocked: false, failures_in_a_row: 9 }]);
});

test('a blocked host is probed every three minutes with its oldest message, which is kept', async () => {
  receiver.answer(500);
  await push(1, 11);
  time += 3 * minute - 1;
  pusher.probeDue();
  await pusher.settled();
  const early = numbers().length;
  time += 1;
  pusher.probeDue();
  await pusher.settled();
  await probe();
  expect([early, numbers().slice(10)]).toEqual([10, [11, 11]]);
});

test('after a good probe the backlog goes out before new messages', async () => {
  receiver.answer(500);
  await push(1, 12);
  receiver.answer(200);
  await probe();
  await push(13);
  expect([numbers().slice(10), pusher.report().hosts]).toMatchObject([[11, 12, 13], [{ blocked: false, waiting: 0 }]]);
});

test('a blocked host without a message stays blocked until there is one', async () => {
  receiver.answer(500);
  await push(1, 10);
  receiver.answer(200);
  await probe();
  await push(11);
  await probe();
  expect(numbers().slice(10)).toEqual([11]);
});

test('the backlog forgets what is older than a day', async () => {
  receiver.answer(500);
  await push(1, 11);
  time += 25 * 60 * minute;
  await push(12);
  expect(pusher.report().hosts).toMatchObject([{ waiting: 1 }]);
});

test('one blocked host does not hold up another', async () => {
  const other = await startReceiver();
  receiver.answer(500);
  await push(1, 10);
  pusher.enqueue({ url: other.url, body: '{}', about: '' });
  await pusher.settled();
  expect(other.received.length).toBe(1);
  await other.close();
});

test('a host that nobody listens on is a failure told in the report', async () => {
  await receiver.close();
  await push(1);
  expect(pusher.report().deliveries[0]?.failure).toMatch(/ECONNREFUSED/);
  receiver = await startReceiver();
});

test('a forgotten host begins anew', async () => {
  receiver.answer(500);
  await push(1, 11);
  pusher.clear();
  receiver.answer(200);
  await push(12);
  expect(numbers().slice(10)).toEqual([12]);
});

test('closing ends an open attempt', async () => {
  receiver.answer('never');
  pusher.enqueue({ url: receiver.url, body: '{}', about: '' });
  pusher.close();
  await pusher.settled();
  expect(pusher.report().hosts).toMatchObject([{ waiting: 0 }]);
});

test('the probe comes by itself from a timer', async () => {
  const timers: { ms: number; run: () => void }[] = [];
  pusher = createPusher({
    now: () => time,
    after: (ms, run) => {
      timers.push({ ms, run });
      return () => undefined;
    },
  });
  receiver.answer(500);
  await push(1, 11);
  receiver.answer(200);
  time += 3 * minute;
  timers.at(-1)?.run();
  await pusher.settled();
  expect([timers[0]?.ms, numbers().at(-1)]).toEqual([3 * minute, 11]);
});
