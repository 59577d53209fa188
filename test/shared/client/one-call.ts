/** A process that makes one call, says how it ended and has nothing more to do; send-abort.test.ts sees when it ends. */
import { clientFor, writeCall } from './loopback.js';

const [, , origin = '', how] = process.argv;
const controller = new AbortController();
const end = performance.now() + (how === 'by-deadline' ? 200 : 60_000);
if (how === 'by-signal') setTimeout(() => controller.abort(), 200);

await clientFor(origin, { signal: controller.signal, remainingMs: () => end - performance.now() })
  .send(writeCall)
  .then(
    ({ status }) => process.stdout.write(String(status)),
    (error: Error) => process.stdout.write(error.name),
  );
