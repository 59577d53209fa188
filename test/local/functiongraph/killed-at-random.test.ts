import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFixtures } from './fixture-platform.js';
import { hurriedClock } from './hurried-clock.js';

const events = 80;

/** Says that it begins, works for a moment, and writes down that it is done. */
const code = `
const fs = require('node:fs');
exports.handler = async (event, context) => {
  console.log('begun ' + event.id + ' ' + process.pid);
  await new Promise((resolve) => setTimeout(resolve, 10));
  fs.appendFileSync(process.cwd() + '/done', event.id + '\\n');
};`;

/** The same choices at each run of the test (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('while instances are killed in the middle of their work', () => {
  it('no asynchronous event is lost, and each comes to a good end', async () => {
    const random = seeded(20_261_121);
    const killsLeft = Array.from({ length: events }, () => (random() < 0.2 ? 1 + Math.floor(random() * 2) : 0));
    const planned = killsLeft.reduce((sum, kills) => sum + kills, 0);
    let killed = 0;
    const platform = await startFixtures(
      { works: { code }, where: { code: 'exports.handler = async (event, context) => process.cwd()' } },
      {
        clock: hurriedClock,
        mostInstances: 3,
        onLog: (line) => {
          const [, id, pid] = /begun (\d+) (\d+)$/.exec(line) ?? [];
          if (!killsLeft[Number(id)]) return;
          killsLeft[Number(id)] = (killsLeft[Number(id)] ?? 0) - 1;
          killed += 1;
          process.kill(Number(pid), 'SIGKILL');
        },
      },
    );
    const folder = (await platform.call('where')).body.toString();

    for (let id = 0; id < events; id += 1) platform.invokeAsync('works', JSON.stringify({ id }));
    await platform.asyncSettled();

    const done = new Set(readFileSync(join(folder, 'done'), 'utf8').trim().split('\n'));
    const ends = platform.asyncInvocations('works').map(({ status }) => status);
    await platform.close();
    expect([done.size, ends, killed]).toEqual([events, Array(events).fill('SUCCESS'), planned]);
    expect(planned).toBeGreaterThan(10);
  });
});
