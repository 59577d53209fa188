import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localDeadlines, type RequestDeadlines, serverOptionsOf } from '../request-deadlines.js';
import { type GatewayResponse, gatewayError } from './apig-response.js';

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens, and answers each request with what `serve` makes of it. Clients that send too slowly are cut off.
 * @throws the system's error with its `code`, such as EADDRINUSE
 */
export async function listen(
  { host, port, deadlines = localDeadlines }: { host: string; port: number; deadlines?: RequestDeadlines | undefined },
  serve: (request: IncomingMessage) => Promise<GatewayResponse>,
): Promise<HttpServer> {
  const server = createServer(serverOptionsOf(deadlines), (request, response) => {
    serve(request).then(
      (answer) => send(response, answer),
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        send(response, gatewayError(500, 'LOCAL_PLATFORM_FAILED', `The local platform failed: ${why}`, ''));
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function send(response: ServerResponse, { status, headers, body }: GatewayResponse): void {
  try {
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.end(body);
  } catch {
    // A header name or value that HTTP cannot carry.
    const refused = gatewayError(500, 'FUNCTION_FAILED', 'A header of the function cannot be sent.', '');
    response.writeHead(refused.status, refused.headers);
    response.end(refused.body);
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
