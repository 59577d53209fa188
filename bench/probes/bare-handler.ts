import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** The least that lists agent invocations: Node's own client, no signature, no check, no log. The measure of all others. */
export function handler(_event: unknown, _context: unknown): Promise<unknown> {
  const url = new URL(
    `/v3/${process.env.HUAWEICLOUD_SDK_PROJECT_ID}/agent-invocations?limit=10`,
    process.env.CES_ENDPOINT,
  );
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { accept: 'application/json' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
