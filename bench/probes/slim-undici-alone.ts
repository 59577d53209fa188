import { Pool } from 'undici';

let pool: Pool | undefined;

/**
 * The same call as that of the bare handler through undici's pool as our bundles carry it, without signature, checks and log:
 * the part of a call that no line of ours can make shorter.
 */
export function handler(_event: unknown, _context: unknown): Promise<unknown> {
  const path = `/v3/${process.env.HUAWEICLOUD_SDK_PROJECT_ID}/agent-invocations?limit=10`;
  pool ??= new Pool(process.env.CES_ENDPOINT ?? '', { headersTimeout: 0, bodyTimeout: 0 });
  const used = pool;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    used.dispatch(
      { method: 'GET', path, headers: { accept: 'application/json' } },
      {
        onConnect: () => undefined,
        onHeaders: () => true,
        onData: (chunk) => chunks.push(chunk) > 0,
        onComplete: () => resolve(JSON.parse(Buffer.concat(chunks).toString())),
        onError: reject,
      },
    );
  });
}
