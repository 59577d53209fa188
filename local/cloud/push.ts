import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { After } from './world.js';

/** One message on its way to one URL. */
export interface Push {
  readonly url: string;
  /** Signs the push where it is there. */
  readonly token?: string;
  readonly body: string;
  /** For the report: which task, which status. */
  readonly about: string;
}

/** What became of one attempt. */
export interface Delivery {
  readonly time: string;
  readonly url: string;
  readonly about: string;
  /** The receiver's status; absent where there was no answer. */
  readonly status?: number;
  readonly failure?: string;
}

/** Pushes messages as the platform does (IoTDA subscription guide): failed ones are lost, failing hosts are blocked. */
export interface Pusher {
  enqueue(push: Push): void;
  /** Probes the blocked hosts whose time has come; also called by a timer. */
  probeDue(): void;
  /** Resolves when nothing waits but the backlog of blocked hosts. */
  settled(): Promise<void>;
  report(): { readonly hosts: readonly object[]; readonly deliveries: readonly Delivery[] };
  /** Forgets all hosts and messages. */
  clear(): void;
  /** Ends all timers and attempts. */
  close(): void;
}

export interface PusherOptions {
  /** The life-cycles' clock, epoch ms; it decides when a blocked host is probed. */
  readonly now: () => number;
  readonly after: After;
  /** How long a receiver may take, in ms. */
  readonly answerWithinMs?: number;
}

const failuresBeforeBlock = 10;
const probeEveryMs = 3 * 60_000;
const backlogMs = 24 * 3600_000;
const backlogBytes = 1024 ** 3;

/** The messages to one host: the platform blocks by host, not by URL. */
interface Lane {
  readonly host: string;
  waiting: { readonly push: Push; readonly since: number }[];
  bytes: number;
  failures: number;
  /** Set while the host is blocked: when it is probed next. */
  probeAt: number | undefined;
  sending: Promise<void> | undefined;
}

export function createPusher(options: PusherOptions): Pusher {
  const { now, after, answerWithinMs = 15_000 } = options;
  const lanes = new Map<string, Lane>();
  const end = new AbortController();
  let deliveries: Delivery[] = [];
  let cancelProbe: (() => void) | undefined;

  const attempt = async (push: Push): Promise<boolean> => {
    const time = new Date().toISOString();
    const signal = AbortSignal.any([end.signal, AbortSignal.timeout(answerWithinMs)]);
    const result = await post(push, signal);
    deliveries = [...deliveries.slice(-199), { time, url: push.url, about: push.about, ...result }];
    return 'status' in result && result.status === 200;
  };

  /** One after the other, oldest first, until the lane is empty or its host is blocked. */
  const drain = async (lane: Lane): Promise<void> => {
    while (lane.probeAt === undefined && !end.signal.aborted) {
      const next = lane.waiting.shift();
      if (!next) return;
      lane.bytes -= next.push.body.length;
      lane.failures = (await attempt(next.push)) ? 0 : lane.failures + 1;
      if (lane.failures >= failuresBeforeBlock) block(lane);
    }
  };

  const block = (lane: Lane): void => {
    lane.probeAt = now() + probeEveryMs;
    armProbe();
  };

  /** What the platform probes with is not documented: here it is the oldest message, which stays where the probe fails. */
  const probe = async (lane: Lane): Promise<void> => {
    const oldest = lane.waiting[0];
    if (!oldest || !(await attempt(oldest.push))) return block(lane);
    lane.waiting.shift();
    lane.bytes -= oldest.push.body.length;
    lane.failures = 0;
    lane.probeAt = undefined;
    await drain(lane);
  };

  const work = (lane: Lane, job: (lane: Lane) => Promise<void>): void => {
    lane.sending ??= job(lane).finally(() => {
      lane.sending = undefined;
      if (lane.probeAt === undefined && lane.waiting.length > 0 && !end.signal.aborted) work(lane, drain);
    });
  };

  const probeDue = (): void => {
    for (const lane of lanes.values()) {
      if (lane.probeAt !== undefined && lane.probeAt <= now() && !lane.sending) work(lane, probe);
    }
    armProbe();
  };

  const armProbe = (): void => {
    cancelProbe?.();
    const due = [...lanes.values()]
      .filter((lane) => !lane.sending)
      .map((lane) => lane.probeAt ?? Number.POSITIVE_INFINITY);
    const next = Math.min(...due, now() + probeEveryMs);
    const blocked = [...lanes.values()].some((lane) => lane.probeAt !== undefined);
    cancelProbe = blocked && !end.signal.aborted ? after(Math.max(50, next - now()), probeDue) : undefined;
  };

  return {
    enqueue(push) {
      const host = new URL(push.url).host;
      const lane = lanes.get(host) ?? {
        host,
        waiting: [],
        bytes: 0,
        failures: 0,
        probeAt: undefined,
        sending: undefined,
      };
      lanes.set(host, lane);
      lane.waiting.push({ push, since: now() });
      lane.bytes += push.body.length;
      dropOldest(lane, now());
      if (lane.probeAt === undefined) work(lane, drain);
    },
    probeDue,
    async settled() {
      for (;;) {
        const busy = [...lanes.values()].flatMap((lane) => lane.sending ?? []);
        if (busy.length === 0) return;
        await Promise.all(busy);
      }
    },
    report: () => ({
      hosts: [...lanes.values()].map((lane) => ({
        host: lane.host,
        blocked: lane.probeAt !== undefined,
        failures_in_a_row: lane.failures,
        waiting: lane.waiting.length,
        ...(lane.probeAt === undefined ? {} : { probe_at: new Date(lane.probeAt).toISOString() }),
      })),
      deliveries,
    }),
    clear() {
      for (const lane of lanes.values()) lane.waiting = [];
      lanes.clear();
      deliveries = [];
      cancelProbe?.();
    },
    close() {
      end.abort();
      cancelProbe?.();
    },
  };
}

/** The backlog of a blocked host holds the last 24 hours and at most 1 GB. */
function dropOldest(lane: Lane, now: number): void {
  for (let oldest = lane.waiting[0]; oldest; oldest = lane.waiting[0]) {
    if (oldest.since >= now - backlogMs && lane.bytes <= backlogBytes) return;
    lane.waiting.shift();
    lane.bytes -= oldest.push.body.length;
  }
}

/** One POST, no redirect followed, its own connection. */
function post(push: Push, signal: AbortSignal): Promise<{ status: number } | { failure: string }> {
  const url = new URL(push.url);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const body = Buffer.from(push.body);
  const headers = {
    'content-type': 'application/json;charset=utf-8',
    'content-length': body.length,
    ...(push.token === undefined
      ? {}
      : signatureHeaders(push.token, String(Date.now()), randomBytes(8).toString('hex'))),
  };
  return new Promise((resolve) => {
    const failed = (error: Error): void => resolve({ failure: signal.aborted ? 'no answer in time' : error.message });
    const sent = request(url, { method: 'POST', headers, agent: false, signal }, (answer) => {
      answer.resume();
      answer.on('error', failed);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0 }));
    });
    sent.on('error', failed);
    sent.end(body);
  });
}

/**
 * The three headers of a signed push: a plain sha256 over token, timestamp and nonce in dictionary order, without a
 * separator; the body is not covered. Order by code unit, lower-case hex and milliseconds are not confirmed.
 */
export function signatureHeaders(token: string, timestamp: string, nonce: string): Record<string, string> {
  const signature = createHash('sha256').update([token, timestamp, nonce].sort().join('')).digest('hex');
  return { timestamp, nonce, signature };
}
