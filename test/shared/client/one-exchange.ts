import type { WireRequest } from '../../../shared/client/transport.js';

export function request(origin: string, change: Partial<WireRequest> = {}): WireRequest {
  return { method: 'GET', origin, path: '/x', headers: { Host: new URL(origin).host }, body: undefined, ...change };
}

export const limits = { timeoutMs: 5000 };
