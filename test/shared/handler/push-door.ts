import { vi } from 'vitest';
import { authenticatePush } from '../../../shared/handler/push-signature.js';
import type { HttpRequest } from '../../../shared/handler/triggers/invocation.js';

/** Made outside of this project: token abc123. */
export const known = {
  timestamp: '1700000000000',
  nonce: 'XyZ',
  signature: '4fa6c54b30d3297518ed6fa28f0be04526671c2e0d5fa929daa5773a6c678769',
};

/** A push with these headers and this body before the door; `enter` knocks. */
export function enter(
  headers: Record<string, string>,
  settings: Record<string, string>,
  door = authenticatePush,
  body = '',
) {
  const log = vi.fn();
  const http: HttpRequest = { method: 'POST', path: '/', headers, query: {}, body, isBase64Encoded: false };
  const setting = (name: string) => settings[name];
  return { log, enter: () => door(http, { setting, log }) };
}
