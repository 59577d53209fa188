import type { CloudCall, CloudClient } from '../../../shared/client/cloud-client.js';

/** Answers every call with one body and keeps the calls. */
export function cloudThatSays(
  body: unknown,
  requestId: string | undefined = 'req-1',
  headers: ReadonlyMap<string, string> = new Map(),
): CloudClient & { calls: CloudCall[] } {
  const calls: CloudCall[] = [];
  return {
    projectId: 'p',
    calls,
    send: (call) => {
      calls.push(call);
      return Promise.resolve({ status: 201, body, headers, requestId, attempts: 1 });
    },
  };
}
