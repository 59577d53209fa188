import Table from 'cli-table3';
import pc from 'picocolors';
import { demoSteps } from './demo-steps.js';
import { plainError, portsFrom } from './plain-errors.js';
import { type LocalRun, runLocal } from './run-local.js';

/** `npm run demo`: every operation through every trigger, once, with real requests. Exits 0 only if all of it worked. */
async function main(): Promise<void> {
  // Free ports unless they are given, so that the demo also runs beside `npm start`.
  const run = await runLocal({
    ...portsFrom({ port: 0, cloudPort: 0 }),
    pushTokens: 'demotoken',
    database: {},
  });
  try {
    console.log(`\nRoutes on ${run.platform.url}, emulated cloud on ${run.cloud.url}\n`);
    const failed = (await showSteps(run)) + (await showSignatures(run));
    console.log(failed === 0 ? pc.green('\nAll of it worked.\n') : pc.red(`\n${failed} did not work.\n`));
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    await run.close();
  }
}

/** One line per row, and no colours of the table's own: the output also ends up in logs. */
const plainLook = {
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  style: { head: [], border: [] },
};

async function showSteps(run: LocalRun): Promise<number> {
  const table = new Table({ head: ['', 'trigger', 'operation', 'what happened', 'ms'], ...plainLook });
  let failed = 0;
  for (const { trigger, operation, act } of demoSteps(run)) {
    const started = performance.now();
    const row = await act().then(
      (answer) => [pc.green('ok'), trigger, operation, answer],
      (error: unknown) => {
        failed += 1;
        return [pc.red('failed'), trigger, operation, error instanceof Error ? error.message : String(error)];
      },
    );
    table.push([...row, { content: String(Math.round(performance.now() - started)), hAlign: 'right' }]);
  }
  console.log(table.toString());
  return failed;
}

/** The emulated cloud checks signatures with its own code and remembers the verdict of each call. */
async function showSignatures(run: LocalRun): Promise<number> {
  const log = (await (await fetch(`${run.cloud.url}/_local/requests`)).json()) as {
    requests: { signed_by?: string; verified: boolean; operation: string }[];
  };
  const signed = log.requests.filter((request) => request.signed_by?.includes('SDK-HMAC-SHA256'));
  const refused = signed.filter((request) => !request.verified).length;
  console.log(
    `\nThe cloud received ${signed.length} signed requests and accepted the signature of ${signed.length - refused}.`,
  );
  return signed.length === 0 ? 1 : refused;
}

main().catch((error) => {
  console.error(`\n${plainError(error)}\n`);
  process.exitCode = 1;
});
