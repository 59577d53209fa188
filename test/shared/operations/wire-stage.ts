import type { ServerResponse } from 'node:http';
import type { OperationContext } from '../../../shared/operations/operation.js';
import { clientFor, type Received, serveReplies } from '../client/loopback.js';

/** A reply as a server writes it: a JSON value, or text that is sent as it is. */
export interface WireReply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
}

export interface WireStage {
  readonly context: OperationContext;
  readonly received: readonly Received[];
  readonly warnings: string[];
  close(): Promise<void>;
}

function write({ status, json, text = JSON.stringify(json) }: WireReply, response: ServerResponse): void {
  const type = json === undefined ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'x-request-id': 'req-0001' }).end(text);
}

/** A server that answers one call after the other as the list says, the last entry again and again, and a client for it. */
export async function openWire(...replies: readonly WireReply[]): Promise<WireStage> {
  const server = await serveReplies(replies.map((reply) => (response) => write(reply, response)));
  const warnings: string[] = [];
  // The real time, for the server's Date header has it too; nothing is waited for.
  const timing = { now: () => Date.now(), random: () => 0, sleep: async () => undefined };
  return {
    received: server.received,
    warnings,
    close: server.close,
    context: {
      cloud: clientFor(server.origin, { timing }),
      region: 'cn-north-4',
      setting: () => undefined,
      log: (level, message) => void (level === 'WARN' && warnings.push(message)),
      timing,
    },
  };
}
