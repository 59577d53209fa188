import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of the answer to a POST whose effect has happened; undefined passes it on. */
export type Twist = ((response: ServerResponse) => void) | undefined;

/** A gateway in front of a cloud that hands every request over as it is, and may answer a POST with something else. */
export interface TwistingProxy {
  readonly url: string;
  twist: Twist;
  close(): Promise<void>;
}

export async function startTwistingProxy(target: string): Promise<TwistingProxy> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method, headers, url: path } = incoming;
    const onward = request(target, { method, path, headers, agent: false }, async (reply) => {
      const body: Buffer[] = [];
      for await (const chunk of reply) body.push(chunk);
      if (method === 'POST' && proxy.twist) return proxy.twist(response);
      response.writeHead(reply.statusCode ?? 500, reply.headers).end(Buffer.concat(body));
    });
    onward.end(Buffer.concat(chunks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: TwistingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    twist: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}
