import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { WireRequest } from './canonical-request.js';
import type { Reply } from './cloud-operation.js';
import type { Ending } from './faults.js';

/** The gateway takes at most 12 MB of most requests (signing guide). */
const usualLimit = 12 * 1024 * 1024;

/** Reads a request as it is on the wire; undefined where its body is over the gateway's limit, in bytes. */
export async function readWire(
  incoming: IncomingMessage,
  bodyLimit = usualLimit,
): Promise<(WireRequest & { readonly body: Buffer }) | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  if (size > bodyLimit) return undefined;
  return {
    method: incoming.method ?? 'GET',
    target: asUnicode(incoming.url ?? '/'),
    headers: headersOf(incoming.rawHeaders),
    body: Buffer.concat(chunks),
  };
}

function headersOf(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = asUnicode(raw[i + 1] ?? '');
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

/** Node hands bytes over as Latin-1. Clients send UTF-8 or Latin-1: what is not valid UTF-8 is taken as it came. */
function asUnicode(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

/** Sends a reply, whole or as a fault wants it. Every reply has the gateway's headers. */
export function sendReply(outgoing: ServerResponse, reply: Reply, requestId: string, ending: Ending): Response {
  const socket = outgoing.socket;
  if (ending === 'none') {
    socket?.resetAndDestroy();
    return RESPONSE_ALREADY_SENT;
  }
  const bytes = bytesOf(reply.body);
  const headers = {
    'content-type': 'application/json',
    server: 'api-gateway',
    'x-request-id': requestId,
    ...lowerCased(reply.headers ?? {}),
    ...(reply.status === 204 ? {} : { 'content-length': String(bytes.length) }),
  };
  outgoing.writeHead(reply.status, headers);
  if (ending === 'mid-body') {
    outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => socket?.destroy());
  } else {
    outgoing.end(reply.status === 204 ? undefined : bytes);
  }
  return RESPONSE_ALREADY_SENT;
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(body === undefined ? '' : JSON.stringify(body));
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
