/** Creates tasks for 10,000 servers in one call of the handler of the command line; prints the milliseconds, those of the processors and the peak memory. */
interface Created {
  readonly summary: { readonly requested: number; readonly successful: number };
}
interface Loaded {
  handler(event: unknown, context: unknown): Promise<Created>;
}

const ids = Array.from({ length: 10_000 }, (_, index) => `ecs-${String(index).padStart(5, '0')}`);

async function measure(file: string): Promise<void> {
  const { handler } = require(file) as Loaded;
  const cpuBefore = process.cpuUsage();
  const start = process.hrtime.bigint();
  const { summary } = await handler({ invocation_type: 'INSTALL', instance_ids: ids }, {});
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  const { user, system } = process.cpuUsage(cpuBefore);
  if (summary.successful !== ids.length) throw new Error(`not all succeeded: ${JSON.stringify(summary)}`);
  const peakRssMb = process.resourceUsage().maxRSS / 1024;
  const found = { ms, cpuMs: (user + system) / 1000, peakRssMb };
  process.stdout.write(`\n${JSON.stringify(found)}`, () => process.exit());
}

measure(process.argv[2] ?? '');
