import { createServer } from 'node:net';
import { resolve } from 'node:path';
import type { Service } from '../serverless/service-file.js';
import { nearMiss } from '../shared/schemas/near-miss.js';
import type { DebuggedFunction } from './functiongraph/deploy.js';
import { UsageError } from './plain-errors.js';

/** Node.js's own. */
const defaultPort = 9229;

/**
 * Reads `NAME[:PORT]` of `--inspect`.
 * @throws UsageError where the service has no such function, or the port is none or is taken
 */
export async function debuggedFunction(text: string, service: Service): Promise<DebuggedFunction> {
  const [functionName = '', portText = String(defaultPort), ...rest] = text.split(':');
  const names = service.functions.map(({ name }) => name);
  if (!names.includes(functionName)) {
    const meant = nearMiss(functionName, names);
    throw new UsageError(
      `--inspect ${text}: there is no function ${functionName || 'without a name'}${meant ? `; did you mean ${meant}?` : '.'} There are ${names.join(', ')}.`,
    );
  }
  const port = Number(portText);
  if (rest.length > 0 || !/^\d{1,5}$/.test(portText) || port < 1 || port > 65_535) {
    throw new UsageError(
      `--inspect ${text}: ${text.slice(functionName.length + 1) || 'nothing'} is not a port. Give a whole number from 1 to 65535, or leave it out for ${defaultPort}.`,
    );
  }
  if (await isTaken(port)) {
    throw new UsageError(
      `--inspect ${text}: port ${port} is already in use, perhaps by another debugger. Give another one: --inspect ${functionName}:${port + 1 > 65_535 ? defaultPort : port + 1}`,
    );
  }
  return { functionName, port, sourceMap: resolve('dist', 'maps', `${functionName}.js.map`) };
}

/** Node.js itself would only print a line about it, and run without a debugger. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', () => settle(true));
    server.listen(port, '127.0.0.1', () => server.close(() => settle(false)));
  });
}
