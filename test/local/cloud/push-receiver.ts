import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that pushes are sent to. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[];
  /** The bodies as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked into freely by tests
  bodies(): any[];
  /** The status of the next answers; `never` leaves them open. */
  answer(status: number | 'never'): void;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  let status: number | 'never' = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      if (status !== 'never') response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`,
    received,
    bodies: () => received.map(({ body }) => JSON.parse(body)),
    answer(next) {
      status = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
