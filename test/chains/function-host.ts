import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import * as createIefJob from '../../functions/create-ief-job/handler.js';
import * as createInvocations from '../../functions/create-invocations/handler.js';
import * as listInvocations from '../../functions/list-invocations/handler.js';
import * as startStopRomaTasks from '../../functions/start-stop-roma-tasks/handler.js';

const functions: Readonly<Record<string, { handler: (event: unknown, context: unknown) => Promise<unknown> }>> = {
  'create-ief-job': createIefJob,
  'create-invocations': createInvocations,
  'list-invocations': listInvocations,
  'start-stop-roma-tasks': startStopRomaTasks,
};

/** An asynchronous invocation that the platform has taken. */
interface QueuedEvent {
  readonly name: string;
  readonly event: unknown;
}

export interface FunctionHost {
  readonly url: string;
  /** Asynchronous invocations, which wait until a test runs them. */
  readonly queued: QueuedEvent[];
  close(): Promise<void>;
}

/**
 * Our functions behind FunctionGraph's invocation API, as processes of their own are: they live on where an engine
 * that called them is killed.
 * @param settings of every function
 */
export async function hostFunctions(settings: () => Readonly<Record<string, string>>): Promise<FunctionHost> {
  const context = (functionName: string) => ({
    getFunctionName: () => functionName,
    getUserData: (name: string) => settings()[name],
    getRemainingTimeInMilliSeconds: () => 60_000,
    getLogger: () => ({ info: () => undefined, setLevel: () => undefined }),
  });
  const queued: QueuedEvent[] = [];
  const server = createServer(async (request, response) => {
    const name = /function:default:([a-z-]+)/.exec(decodeURIComponent(request.url ?? ''))?.[1] ?? '';
    const event: unknown = JSON.parse(await text(request));
    if (request.url?.endsWith('/invocations-async')) {
      queued.push({ name, event });
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"request_id":"r"}');
      return;
    }
    const result = await functions[name]?.handler(event, context(name));
    const body = { request_id: 'r', result: JSON.stringify(result), log: '', status: 200 };
    response.writeHead(200, { 'content-type': 'application/json', 'x-is-func-err': 'false' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    queued,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
