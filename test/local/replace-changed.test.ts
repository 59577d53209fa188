import { describe, expect, it } from 'vitest';
import { type Running, replaceChanged } from '../../local/replace-changed.js';
import type { ServiceFunction } from '../../serverless/service-file.js';
import { serviceOf } from './functiongraph/fixture-platform.js';

/** What runs where each function has this code. */
function running(codes: Record<string, string>, settings: Partial<ServiceFunction> = {}): Running {
  const { functions } = serviceOf(
    Object.fromEntries(Object.entries(codes).map(([name, code]) => [name, { code, ...settings }])),
  );
  return new Map(functions.map((fn) => [fn.name, { fn, zip: Buffer.from(codes[fn.name] ?? '') }]));
}

async function replace(before: Running, after: Running) {
  const calls: string[] = [];
  const cloud = {
    deployFunction: async (fn: ServiceFunction, zip: Buffer) =>
      void calls.push(`deploy ${fn.name} ${zip} ${fn.timeout}`),
    removeFunction: async (name: string) => void calls.push(`remove ${name}`),
  };
  return { said: await replaceChanged(cloud, before, after), calls };
}

describe('after a rebuild', () => {
  it('only the function whose bundle is another one is replaced', async () => {
    expect(await replace(running({ a: '1', b: '1' }), running({ a: '2', b: '1' }))).toEqual({
      said: 'a replaced',
      calls: ['deploy a 2 10'],
    });
  });

  it('a function whose settings are others is replaced, too', async () => {
    expect(await replace(running({ a: '1' }), running({ a: '1' }, { timeout: 20 }))).toEqual({
      said: 'a replaced',
      calls: ['deploy a 1 20'],
    });
  });

  it('functions come and go', async () => {
    expect(await replace(running({ a: '1' }), running({ b: '1' }))).toEqual({
      said: 'b created, a removed',
      calls: ['deploy b 1 10', 'remove a'],
    });
  });

  it('nothing is touched where no bundle is another one', async () => {
    expect(await replace(running({ a: '1' }), running({ a: '1' }))).toEqual({
      said: 'no function has changed',
      calls: [],
    });
  });
});
