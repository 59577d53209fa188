import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchPlatform } from './bench-platform.js';

/** Says that it begins, works for a moment, and writes down that it is done. */
const code = `
const fs = require('node:fs');
exports.handler = async (event, context) => {
  if (event.id === undefined) return process.cwd();
  console.log('begun ' + process.pid);
  await new Promise((resolve) => setTimeout(resolve, 5));
  fs.appendFileSync(process.cwd() + '/done', event.id + '\\n');
};`;

export interface UnderKills {
  readonly seconds: number;
  readonly kills: number;
  /** Events that never came to an end. */
  readonly lost: number;
  /** How often an event was done that had been done already. */
  readonly repeated: number;
}

/** Queues so many events at once; each run of one has this chance that its instance is killed in the middle of it. */
export async function measureUnderKills(events: number, chance: number): Promise<UnderKills> {
  let kills = 0;
  const { platform, definition } = await benchPlatform({
    mostInstances: 4,
    onLog: (line) => {
      const pid = / begun (\d+)$/.exec(line)?.[1];
      if (!pid || Math.random() >= chance) return;
      kills += 1;
      process.kill(Number(pid), 'SIGKILL');
    },
  });
  const { initializer, initializerTimeout, ...withoutInitializer } = definition;
  platform.put({ ...withoutInitializer, name: 'works' }, { 'index.js': Buffer.from(code) });
  const folder = (await platform.invoke('works', '{}')).body.toString();

  const start = performance.now();
  for (let id = 0; id < events; id += 1) platform.invokeAsync('works', JSON.stringify({ id }));
  await platform.asyncSettled();
  const seconds = (performance.now() - start) / 1000;
  const done = readFileSync(join(folder, 'done'), 'utf8').trim().split('\n');
  await platform.close();
  const distinct = new Set(done).size;
  return { seconds, kills, lost: events - distinct, repeated: done.length - distinct };
}
