import type { ServerResponse } from 'node:http';
import type { Auth } from '../../../shared/client/create-cloud-client.js';
import { fixedToken } from '../../../shared/client/token.js';
import { hangUp, json, text } from './loopback.js';

type Reply = (response: ServerResponse) => void;
/** Status of the reply, or name and outcome of the error. */
type Ending = number | readonly [name: string, outcome: string];

interface Terms {
  /** Milliseconds before each repetition; none by default. */
  readonly delays?: readonly number[];
  /** Signed by default. */
  readonly auth?: Auth;
  /** A minute by default. */
  readonly remainingMs?: number;
}

/** One row of the policy. Replies come in this order, the last one again and again; the dice always show one half. */
export interface PolicyRow extends Terms {
  readonly call: 'read' | 'write';
  readonly given: string;
  readonly replies: readonly Reply[];
  readonly calls: number;
  readonly ends: Ending;
}

function read(given: string, replies: Reply[], calls: number, ends: Ending, terms: Terms = {}): PolicyRow {
  return { call: 'read', given, replies, calls, ends, ...terms };
}

function write(given: string, replies: Reply[], calls: number, ends: Ending, terms: Terms = {}): PolicyRow {
  return { ...read(given, replies, calls, ends, terms), call: 'write' };
}

/** A gateway’s refusal of a key, with the moment that its clock shows. */
export const refused = (date: string): Reply => json(401, { error_code: 'APIGW.0301' }, { date });
export const noon = 'Sat, 21 Nov 2026 12:00:00 GMT';
export const anHourLater = 'Sat, 21 Nov 2026 13:00:00 GMT';

const ok = json(200, {});
const created = json(201, {});
const retryAfter = (value: string) => json(503, {}, { 'retry-after': value });
const throttled = (error_code: string, error_msg = '') => json(429, { error_code, error_msg });
const window = (time: string) =>
  throttled('APIGW.0308', `The throttling threshold has been reached: policy user over ratelimit,limit:5,time:${time}`);
const cut: Reply = (response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('{"a"', () => response.socket?.destroy());
};
const other = { mode: 'token', source: { current: async () => 't1', renew: async () => 't2' } } as const;
const same = { mode: 'token', source: fixedToken('t1') } as const;

const undone = ['CloudThrottledError', 'rejected'] as const;
const locked = ['CloudAuthError', 'rejected'] as const;
const rejected = ['CloudRejectedError', 'rejected'] as const;
const failed = ['CloudFailedError', 'unknown'] as const;
const broken = ['CloudConnectionError', 'unknown'] as const;
const unreadable = ['CloudReplyError', 'unknown'] as const;

/** given, replies, calls that arrive, how it ends, delays */
export const policyRows: readonly PolicyRow[] = [
  read('a reset', [hangUp, ok], 2, 200, { delays: [50] }),
  read('a body cut off', [cut, ok], 2, 200, { delays: [50] }),
  read('429', [throttled('x'), ok], 2, 200, { delays: [250] }),
  read('500', [json(500, {}), ok], 2, 200, { delays: [50] }),
  read('502 in HTML', [text(502, '<html>'), ok], 2, 200, { delays: [50] }),
  read('503, twice', [json(503, {}), json(503, {}), ok], 3, 200, { delays: [50, 100] }),
  read('504, for ever', [json(504, {})], 3, failed, { delays: [50, 100] }),
  read('resets, for ever', [hangUp], 3, broken, { delays: [50, 100] }),
  read('a mixture', [hangUp, throttled('x'), ok], 3, 200, { delays: [50, 500] }),
  read('400', [json(400, {}), ok], 1, rejected),
  read('404', [json(404, {}), ok], 1, rejected),
  read('a redirect', [text(302, '', { location: '/' }), ok], 1, unreadable),
  read('HTML under 200', [text(200, '<html>'), ok], 1, unreadable),
  write('a reset', [hangUp, created], 1, broken),
  write('a body cut off', [cut, created], 1, broken),
  write('500', [json(500, {}), created], 1, failed),
  write('503 with Retry-After', [retryAfter('1'), created], 1, failed),
  write('HTML under 201', [text(201, '<html>'), created], 1, unreadable),
  write('429 of the shared gateway', [throttled('APIGW.0308'), created], 2, 201, { delays: [250] }),
  write('429 of a dedicated gateway', [throttled('APIG.0308'), created], 2, 201, { delays: [250] }),
  write('429 of ROMA’s gateway', [throttled('APIC.0308'), created], 2, 201, { delays: [250] }),
  write('429 of somebody else', [throttled('taskmgr.0429'), created], 1, undone),
  write('429 without a code', [text(429, '<html>'), created], 1, undone),
  write('429, for ever', [throttled('APIGW.0308')], 3, undone, { delays: [250, 500] }),
  write('429, then 500', [throttled('APIGW.0308'), json(500, {})], 2, failed, { delays: [250] }),
  write('a window of a second', [window('1 second'), created], 2, 201, { delays: [1250] }),
  write('a window of a minute', [window('1 minute')], 3, undone, { delays: [5250, 5500] }),
  write('a window that does not fit', [window('1 minute')], 1, undone, { remainingMs: 4000 }),
  read('Retry-After in seconds', [retryAfter('3'), ok], 2, 200, { delays: [3050] }),
  read('Retry-After as a date', [retryAfter('Saturday, 21-Nov-26 12:00:04 GMT'), ok], 2, 200, { delays: [4050] }),
  read('Retry-After in the past', [retryAfter('Sat Nov 21 11:00:00 2026'), ok], 2, 200, { delays: [50] }),
  read('Retry-After of an hour', [retryAfter('3600'), ok], 1, failed),
  read('Retry-After that is none', [retryAfter('-1'), ok], 2, 200, { delays: [50] }),
  read('401', [refused(noon), ok], 1, locked),
  read('401 without a date', [refused(''), ok], 1, locked),
  read('401 by a clock four minutes off', [refused('Sat, 21 Nov 2026 12:04:00 GMT'), ok], 1, locked),
  read('401 by a clock an hour off', [refused(anHourLater), ok], 2, 200),
  write('401 by a clock an hour off', [refused(anHourLater), created], 2, 201),
  write('401 with the corrected clock too', [refused(anHourLater)], 2, locked),
  write(
    '401 with a clock that runs away',
    [refused(anHourLater), refused('Sat, 21 Nov 2026 18:00:00 GMT'), created],
    2,
    locked,
  ),
  read('403 by a clock an hour off', [json(403, {}, { date: anHourLater }), ok], 1, locked),
  write('401 and another token', [json(401, {}), created], 2, 201, { auth: other }),
  write('401 and another token, twice', [json(401, {})], 2, locked, { auth: other }),
  read('401 and no other token', [json(401, {}), ok], 1, locked, { auth: same }),
  read('403 and another token', [json(403, {}), ok], 1, locked, { auth: other }),
];
