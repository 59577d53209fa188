import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Rebuilds, watchSources } from '../../local/watch-sources.js';

describe('rebuilds', () => {
  let began: number;
  let finish: (error?: Error) => void;
  let errors: unknown[];
  let rebuilds: Rebuilds;
  beforeEach(() => {
    vi.useFakeTimers();
    began = 0;
    errors = [];
    rebuilds = new Rebuilds({
      quietMs: 100,
      rebuild: () => {
        began += 1;
        return new Promise((resolve, reject) => {
          finish = (error) => (error ? reject(error) : resolve());
        });
      },
      onError: (error) => errors.push(error),
    });
  });
  afterEach(() => vi.useRealTimers());

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('begin when nothing has changed for a while, once for many changes', async () => {
    for (let change = 0; change < 20; change += 1) {
      rebuilds.changed();
      await pass(99);
    }
    const before = began;
    await pass(1);
    finish();
    await pass(1000);
    expect([before, began]).toEqual([0, 1]);
  });

  it('never run twice at once: changes meanwhile lead to one more afterwards', async () => {
    rebuilds.changed();
    await pass(100);
    rebuilds.changed();
    await pass(100);
    rebuilds.changed();
    await pass(100);
    const meanwhile = began;
    finish();
    await pass(0);
    const afterwards = began;
    finish();
    await pass(1000);
    expect([meanwhile, afterwards, began]).toEqual([1, 2, 2]);
  });

  it('that fail are reported, and the next change is built', async () => {
    rebuilds.changed();
    await pass(100);
    finish(new Error('does not compile'));
    await pass(0);
    rebuilds.changed();
    await pass(100);
    expect([errors, began]).toEqual([[new Error('does not compile')], 2]);
  });

  it('end with closing, which waits for the one under way', async () => {
    rebuilds.changed();
    await pass(100);
    rebuilds.changed();
    const closed = rebuilds.close();
    finish();
    await closed;
    await pass(1000);
    expect(began).toBe(1);
  });
});

describe('a watch of sources', () => {
  it('sees a file that changes and one that is new, and nothing of what a build writes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sources-'));
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'handler.ts'), '1');
    const rebuild = vi.fn(async () => undefined);
    const watch = await watchSources([folder], { quietMs: 20, rebuild, onError: () => undefined });
    const rebuilt = () => vi.waitFor(() => expect(rebuild).toHaveBeenCalled(), { timeout: 10_000 });

    writeFileSync(join(folder, 'dist', 'index.js'), 'built');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const afterBuild = rebuild.mock.calls.length;
    writeFileSync(join(folder, 'handler.ts'), '2');
    await rebuilt();
    rebuild.mockClear();
    writeFileSync(join(folder, 'new.ts'), '1');
    await rebuilt();

    await watch.close();
    rmSync(folder, { recursive: true });
    expect(afterBuild).toBe(0);
  });
});
