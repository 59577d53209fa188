import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoopbackCloud, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { budgetMs, testTimeoutMs } from './fuzz-budget.js';
import { type Attack, anyEvent, nearValidEvent } from './hostile-values.js';
import { obligingCloud } from './judge.js';

const program = fileURLToPath(new URL('./fuzz-child.cjs', import.meta.url));
/** A process that has not answered by then hangs. */
const hangMs = 30_000;

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
  cloud.script = obligingCloud;
});
afterAll(() => cloud.close());

/** Lets a fresh process take all attacks, one after the other. */
function attackProcess(attacks: readonly Attack[]): Promise<{ code: number | null; output: string; errors: string }> {
  const { PATH = '' } = process.env;
  const env = {
    PATH,
    HUAWEICLOUD_REGION: 'cn-north-4',
    CES_ENDPOINT: cloud.url,
    IEF_ENDPOINT: cloud.url,
    ROMA_ENDPOINT: cloud.url,
    ROMA_INSTANCE_ID: 'roma-local-0001',
    IOTDA_PUSH_TOKEN: 'localpushtoken',
  };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program], { env });
    const watchdog = setTimeout(() => child.kill('SIGKILL'), hangMs);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('close', (code) => {
      clearTimeout(watchdog);
      resolve({ code, output, errors });
    });
    child.stdin.on('error', () => undefined);
    for (const { name, event } of attacks) child.stdin.write(`${JSON.stringify([name, JSON.stringify(event)])}\n`);
    child.stdin.end();
  });
}

test('a process of its own survives every event, and no event leaves anything behind', {
  timeout: testTimeoutMs,
}, async () => {
  const ends = Date.now() + budgetMs;
  do {
    const seed = Date.now();
    const attacks = fc.sample(fc.oneof(nearValidEvent, anyEvent), { numRuns: 150, seed });

    const { code, output, errors } = await attackProcess(attacks);

    const about = `seed ${seed}: ${errors.slice(0, 2_000)}`;
    expect(code, about).toBe(0);
    const report = JSON.parse(output) as { ends: unknown[]; polluted: boolean };
    expect(report.polluted, about).toBe(false);
    expect(report.ends, about).toHaveLength(attacks.length);
    const ours = report.ends.findIndex((end) => typeof end !== 'number' || end >= 500);
    expect(ours === -1 ? undefined : [report.ends[ours], attacks[ours]], about).toBeUndefined();
  } while (Date.now() < ends);
});
