import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface StubCloud {
  readonly url: string;
  /** Milliseconds that every answer is kept back. */
  latencyMs: number;
  /** How many calls there were, and how many at the same time at most. */
  calls: number;
  mostAtOnce: number;
  close(): void;
}

/**
 * A cloud that knows what the benches call, and that is never the slow part: it checks nothing.
 * @param tls key and certificate, PEM, for HTTPS
 */
export async function startStubCloud(tls?: { readonly key: string; readonly cert: string }): Promise<StubCloud> {
  let atOnce = 0;
  const listener: RequestListener = async (request, response) => {
    atOnce += 1;
    cloud.calls += 1;
    cloud.mostAtOnce = Math.max(cloud.mostAtOnce, atOnce);
    const body = await bodyOf(request);
    if (cloud.latencyMs > 0) await delay(cloud.latencyMs);
    const { status, reply } = answerTo(request, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    atOnce -= 1;
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cloud: StubCloud = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    latencyMs: 0,
    calls: 0,
    mostAtOnce: 0,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return cloud;
}

function answerTo({ url = '' }: IncomingMessage, body: string): { status: number; reply: unknown } {
  if (url.includes('/batch-create')) {
    const { instance_ids } = JSON.parse(body) as { instance_ids: string[] };
    const created = (id: string) => ({ instance_id: id, invocation_id: `inv-${id}`, ret_status: 'successful' });
    return { status: 201, reply: { invocations: instance_ids.map(created) } };
  }
  const invocation = { invocation_id: 'inv-1', instance_id: 'ecs-1', invocation_status: 'SUCCEEDED' };
  return { status: 200, reply: { invocations: [invocation], functions: [invocation], count: 1 } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
