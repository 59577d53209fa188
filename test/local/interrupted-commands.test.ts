import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'fleetbatch-interrupted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Has work under way that leaves no time for anything else, and finishes it when it is interrupted. */
const busy = join(folder, 'busy.ts');
writeFileSync(
  busy,
  `const work = setInterval(() => { const end = Date.now() + 150; while (Date.now() < end); }, 1);
   process.on('SIGINT', () => setTimeout(() => { console.log('finished'); clearInterval(work); }, 400));
   console.log('begun');`,
);

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

// Ctrl+C reaches the whole group of processes. A launcher in between, as tsx's own, kills a child that does not tell it within 60 ms that it heard.
test.each(['start', 'deploy', 'remove', 'chains'])(
  'npm run %s: what is under way at Ctrl+C is finished, however busy the process is',
  async (name) => {
    const command = scripts[name]?.replace(/\S+\.ts$/, busy) ?? '';
    const path = [resolve('node_modules/.bin'), process.env.PATH].join(delimiter);
    const child = spawn(command, { shell: true, detached: true, env: { ...process.env, PATH: path } });
    const printed = text(child.stdout);
    await new Promise((settle) => child.stdout.once('data', settle));

    process.kill(-(child.pid ?? 0), 'SIGINT');

    expect(await printed).toContain('finished');
  },
);
