import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFile } from '../../../build/bundle-function.mjs';
import { projectRoot } from '../temp-project.js';
import type { client } from './undici-probe.js';

export const undiciForms = ['slim', 'whole'] as const;
export type UndiciForm = (typeof undiciForms)[number];

/** A probe of this folder, bundled as functions are with either form of undici, in a folder of its own. */
export async function bundleProbe(probe: string, form: UndiciForm): Promise<{ file: string; remove(): void }> {
  const { code } = await bundleFile(projectRoot, `test/build/probe/${probe}.ts`, { wholeUndici: form === 'whole' });
  const folder = mkdtempSync(join(tmpdir(), 'fleetbatch-probe-'));
  const file = join(folder, 'index.cjs');
  writeFileSync(file, code);
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Loads the client out of a bundled probe. */
export function clientIn(file: string): typeof client {
  return createRequire(import.meta.url)(file).client;
}
