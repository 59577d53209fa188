import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export type Script = (request: Arrived, response: ServerResponse) => void;

/** A cloud on loopback that does what the test says and remembers what it was asked. */
export interface LoopbackCloud {
  readonly url: string;
  readonly arrived: Arrived[];
  script: Script;
  close(): Promise<void>;
}

export async function startLoopbackCloud(): Promise<LoopbackCloud> {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body: text === '' ? undefined : JSON.parse(text) };
    arrived.push(seen);
    cloud.script(seen, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cloud: LoopbackCloud = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    script: goodCloud,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return cloud;
}

/** Answers with a JSON body. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Script {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** Does the four operations as their pages say, each time with success. */
export const goodCloud: Script = (request, response) => {
  const reply = goodReply(request);
  json(reply.status, reply.body)(request, response);
};

function goodReply({ url, method, body }: Arrived): { status: number; body: unknown } {
  if (url.includes('/agent-invocations/batch-create')) {
    const { instance_ids } = body as { instance_ids: string[] };
    const invocations = instance_ids.map((instance_id) => ({
      instance_id,
      invocation_id: `inv-${instance_id}`,
      ret_status: 'successful',
    }));
    return { status: 201, body: { invocations } };
  }
  if (url.includes('/agent-invocations') && method === 'GET') {
    return {
      status: 200,
      body: { invocations: [{ invocation_id: 'inv-1', invocation_status: 'SUCCEEDED' }], count: 1 },
    };
  }
  if (url.includes('/productmgr/jobs/')) {
    const tasks = ['n-1', 'n-2'].map((target_id) => ({ target_id, status: 'Successful' }));
    const counters = { task_failed_count: 2, task_success_count: 0 };
    return { status: 200, body: { job_id: url.split('/').at(-1), status: 'Successful', ...counters, tasks } };
  }
  if (url.includes('/productmgr/jobs')) {
    return { status: 201, body: { job_id: 'job-1', job_name: 'deploy-sample', created_at: 1667218308 } };
  }
  const { list } = body as { list: { task_id: string }[] };
  return { status: 200, body: { success_count: list.length, failure_count: 0, success: list, failure: [] } };
}
