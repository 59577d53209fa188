import { exchange } from '../../../shared/client/transport.js';

/** One GET in a process of its own; prints the status, or the code of the failure. */
exchange(
  { method: 'GET', origin: process.argv[2] ?? '', path: '/', headers: {}, body: undefined },
  { timeoutMs: 5000 },
).then(
  ({ status }) => finish(String(status)),
  (failure: { code: string; permanent: boolean }) => finish(`${failure.code} permanent=${failure.permanent}`),
);

function finish(found: string): void {
  process.stdout.write(found, () => process.exit());
}
