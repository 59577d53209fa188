import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { CloudClientOptions } from '../../../shared/client/create-cloud-client.js';
import { createCloudClient } from '../../../shared/client/create-cloud-client.js';
import { createRetryBudget } from '../../../shared/client/retry-budget.js';
import type { Timing } from '../../../shared/client/timing.js';

/** A server of one test, on a free port of 127.0.0.1. */
export interface Loopback {
  readonly origin: string;
  readonly port: number;
  /** Every connection that was ever made, in order. */
  readonly sockets: readonly Socket[];
  readonly open: () => number;
  close(): Promise<void>;
}

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export async function serveHttp(listener: RequestListener): Promise<Loopback> {
  return listen(createServer(listener));
}

/** Speaks TCP only; `onRequest` is called at the first bytes of each connection. */
export async function serveTcp(onRequest: (socket: Socket, request: string) => void): Promise<Loopback> {
  return listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => onRequest(socket, data.toString('latin1')));
    }),
  );
}

/** What the server does with one call. */
export type Answer = (response: ServerResponse, request: Received) => void;

/** Answers the calls one after the other with what the list says, the last entry again and again, and keeps what it got. */
export async function serveReplies(replies: readonly Answer[]): Promise<Loopback & { readonly received: Received[] }> {
  const received: Received[] = [];
  const server = await serveHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(call);
      replies[Math.min(received.length, replies.length) - 1]?.(response, call);
    });
  });
  return { ...server, received };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req-0001', ...headers });
    response.end(JSON.stringify(body));
  };
}

export function text(status: number, body: string | Buffer, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, { 'x-request-id': 'req-0001', ...headers });
    response.end(body);
  };
}

/** Closes the connection without a word. */
export function hangUp(response: ServerResponse): void {
  response.socket?.destroy();
}

async function listen(server: ReturnType<typeof createServer> | ReturnType<typeof createTcpServer>): Promise<Loopback> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    sockets,
    open: () => sockets.filter((socket) => !socket.destroyed).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A clock that only moves when someone sleeps; `slept` holds the delays. */
export function fakeTiming(random = 0.5): Timing & { readonly slept: number[] } {
  let now = Date.UTC(2026, 10, 21, 12, 0, 0);
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    random: () => random,
    sleep: (ms) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
}

export const account = {
  ak: 'AKMARKERAKMARKER0001',
  sk: 'sk-marker-sk-marker-sk-marker',
  projectId: '0123456789abcdef0123456789abcdef',
};

export function clientFor(origin: string, options: Partial<CloudClientOptions> = {}) {
  return createCloudClient({
    auth: { mode: 'aksk', credentials: { ak: account.ak, sk: account.sk } },
    projectId: account.projectId,
    endpoint: () => new URL(origin),
    remainingMs: () => 5000,
    timing: fakeTiming(),
    budget: createRetryBudget(),
    ...options,
  });
}

export const readCall = {
  service: 'ces',
  operation: 'ListAgentInvocations',
  method: 'GET',
  path: ['v3', account.projectId, 'agent-invocations'],
  repeatable: true,
} as const;

export const writeCall = {
  service: 'ces',
  operation: 'BatchCreateAgentInvocations',
  method: 'POST',
  path: ['v3', account.projectId, 'agent-invocations', 'batch-create'],
  body: { instance_ids: ['ecs-web-0001'], invocation_type: 'INSTALL' },
  repeatable: false,
} as const;

/** The error that a promise rejects with; fails where it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => Promise.reject(new Error(`resolved with ${JSON.stringify(value)}`)),
    (error: unknown) => error,
  );
}
