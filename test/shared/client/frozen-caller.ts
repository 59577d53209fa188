/** A process that calls, says so, waits for a line and calls again; freeze.test.ts stops and continues it in between. */
import { once } from 'node:events';
import { exchange, TransportFailure } from '../../../shared/client/transport.js';

const origin = process.argv[2] ?? '';

async function call(): Promise<string> {
  try {
    const headers = { Host: new URL(origin).host };
    const reply = await exchange(
      { method: 'POST', origin, path: '/', headers, body: Buffer.from('{}') },
      { timeoutMs: 2000 },
    );
    return String(reply.status);
  } catch (failure) {
    return failure instanceof TransportFailure ? failure.code : String(failure);
  }
}

process.stdin.resume();
process.stdout.write(`${await call()}\n`);
await once(process.stdin, 'data');
process.stdout.write(`${await call()}\n`);
process.exit();
