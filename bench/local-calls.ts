import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { readBundle } from '../local/functiongraph/stage-code.js';
import { benchPlatform, project, settingsFor } from './bench-platform.js';
import { median } from './median.js';
import { functionContext } from './probes/function-context.js';
import type { StubCloud } from './stub-cloud.js';

const event = JSON.stringify({ limit: 10 });

/** Medians of two ways to the same end, in ms, taken by turns. */
export interface Compared {
  readonly bare: number;
  readonly local: number;
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

/** By turns: the handler of a bundle called in this process, and the same bundle through the platform, warm. */
export async function measureWarm(cloud: StubCloud, samples: number): Promise<Compared> {
  const settings = settingsFor(cloud);
  const { platform, definition } = await benchPlatform({ userData: () => settings });
  platform.put(definition, readBundle('dist', definition.name));
  const { handler } = createRequire(import.meta.url)(resolve('dist', definition.name, 'index.js')) as {
    handler(event: unknown, context: unknown): Promise<unknown>;
  };
  const context = { ...functionContext, getProjectID: () => project, getUserData: (name: string) => settings[name] };
  const bare: number[] = [];
  const local: number[] = [];
  for (let round = -20; round < samples; round += 1) {
    const ofHandler = await timed(() => handler(JSON.parse(event), context));
    const ofPlatform = await timed(() => succeeding(platform.invoke(definition.name, event)));
    if (round < 0) continue;
    bare.push(ofHandler);
    local.push(ofPlatform);
  }
  await platform.close();
  return { bare: median(bare), local: median(local) };
}

/** By turns: a Node.js process until its first line, and an invocation that needs a new instance until its answer. */
export async function measureCold(cloud: StubCloud, samples: number): Promise<Compared> {
  const settings = settingsFor(cloud);
  const { platform, definition } = await benchPlatform({ userData: () => settings });
  const code = readBundle('dist', definition.name);
  const bare: number[] = [];
  const local: number[] = [];
  for (let round = -2; round < samples; round += 1) {
    const ofNode = await timed(startNode);
    platform.put(definition, code);
    const ofPlatform = await timed(async () => {
      const result = await succeeding(platform.invoke(definition.name, event));
      if (!result.cold) throw new Error('The instance was warm.');
    });
    if (round < 0) continue;
    bare.push(ofNode);
    local.push(ofPlatform);
  }
  await platform.close();
  return { bare: median(bare), local: median(local) };
}

async function startNode(): Promise<void> {
  const child = spawn(process.execPath, ['-e', 'console.log(1)'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
}

async function succeeding<T extends { ok: boolean; body: Buffer }>(invocation: Promise<T>): Promise<T> {
  const result = await invocation;
  if (!result.ok) throw new Error(`The invocation failed: ${result.body}`);
  return result;
}
