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
  /** Where it is not 0: so many Agent tasks, and as many IEF jobs, are under way, `inv-1` and `job-1` the oldest. */
  waiting: number;
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
    const { status, reply } = cloud.waiting > 0 ? stillWaiting(request, cloud.waiting) : answerTo(request, body);
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
    waiting: 0,
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

/** The lists begin with the newest; a task has about as many characters as the cloud's own example. */
function stillWaiting({ url = '' }: IncomingMessage, waiting: number): { status: number; reply: unknown } {
  const { pathname, searchParams } = new URL(url, 'http://stub');
  const offset = Number(searchParams.get('offset') ?? 0);
  const count = Math.max(0, Math.min(Number(searchParams.get('limit') ?? 100), waiting - offset));
  const numbers = Array.from({ length: count }, (_, row) => waiting - offset - row);
  if (pathname.includes('/agent-invocations')) {
    const only = searchParams.get('invocation_id');
    const ids = only === null ? numbers.map((number) => `inv-${number}`) : [only];
    return { status: 200, reply: { invocations: ids.map(runningTask), count: waiting } };
  }
  const [, shown] = /\/jobs\/(.+)$/.exec(pathname) ?? [];
  const job = (job_id: string) => ({ job_id, job_name: job_id, job_type: 'node_upgrade', status: 'Running' });
  if (shown) return { status: 200, reply: { ...job(shown), tasks: [] } };
  return { status: 200, reply: { job_count: waiting, jobs: numbers.map((number) => job(`job-${number}`)) } };
}

function runningTask(invocation_id: string): object {
  return {
    invocation_id,
    instance_id: `ecs-of-${invocation_id}`,
    instance_name: 'ecs-0001',
    instance_type: 'ECS',
    intranet_ips: ['192.168.0.1'],
    elastic_ips: [],
    invocation_type: 'UPDATE',
    invocation_status: 'RUNNING',
    invocation_target: 'telescope',
    create_time: Date.now() - 3_500_000,
    update_time: Date.now(),
    current_version: '2.5.6',
    target_version: '2.6.4.1',
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
