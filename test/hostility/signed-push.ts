import { createHash } from 'node:crypto';
import { builtFunction } from '../bundles/built-function.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import { apig, type Gateway } from '../shared/handler/triggers/http-events.js';

export const pushToken = 'localpushtoken';
/** Capitals and digits, as IoTDA permits them in a token. */
export const otherToken = 'Second0Token';

let pushes = 0;

/** Headers of a push, by default with a nonce that was never used before and the right signature. */
export function signedHeaders(over: Record<string, string> = {}, token = pushToken): Record<string, string> {
  pushes += 1;
  const { timestamp = String(Date.now()), nonce = `nonce${pushes}`, ...rest } = over;
  const signature = createHash('sha256').update([token, timestamp, nonce].sort().join('')).digest('hex');
  return { 'content-type': 'application/json;charset=UTF-8', timestamp, nonce, signature, ...rest };
}

/** The task of a push, as the page shows it. */
export const task = {
  app_id: 'app-local-0001',
  task_id: '1a7ffc5c-d89c-44dd-8265',
  task_type: 'softwareUpgrade',
  status: 'Success',
  status_desc: 'status_desc',
};

/** The body of a push in the present shape, about a task that no other push was about. */
export function pushOf(more: object = {}, body: object = {}) {
  pushes += 1;
  return {
    resource: 'batchtask',
    event: 'update',
    event_time: '20261121T021500Z',
    request_id: `request-${pushes}`,
    notify_data: { body: { ...task, task_id: `task-${pushes}`, ...body } },
    ...more,
  };
}

export interface Delivery {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  /** An object becomes its JSON text. */
  readonly body?: unknown;
  readonly settings?: Record<string, string>;
  readonly gateway?: Gateway;
  readonly context?: Record<string, unknown>;
}

/** Brings one push to the built function; what was answered, what was logged, and what it cost. */
export async function deliver({ body, settings, gateway = apig, context = {}, ...request }: Delivery = {}) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  const variables: Record<string, string> = { IOTDA_PUSH_TOKEN: pushToken, ...settings };
  const event = gateway({
    method: request.method ?? 'POST',
    path: request.path ?? '/notifications/batchtask',
    headers: request.headers ?? signedHeaders(),
    ...(body === undefined ? {} : { body: bodyOf(body) }),
  });
  const before = process.cpuUsage();
  const answer = await builtFunction('receive-batchtask').handler(event, {
    getRequestID: () => 'push-test',
    getUserData: (name: string) => variables[name],
    getLogger: () => ({ debug: write, info: write, warn: write, error: write }),
    ...context,
  });
  const { user, system } = process.cpuUsage(before);
  const { status, headers, body: answered } = readResponse(answer);
  return { status, headers, body: answered as PushAnswer, lines, cpuMs: (user + system) / 1000 };
}

export interface PushAnswer {
  readonly accepted?: boolean;
  readonly duplicate?: boolean;
  readonly reason?: string;
  readonly code?: string;
}

function bodyOf(body: unknown): string | Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

/** The line about the change of the task, as an operator sees it. */
export function changeIn(lines: readonly Record<string, unknown>[]): Record<string, unknown> | undefined {
  return lines.find((line) => line.message === 'batch task changed');
}
