import { rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunction } from '../../build/bundle-function.mjs';
import { writeWhole } from '../../build/write-whole.mjs';

/** The parts of the protection, and how a copy of the source is made that lacks one. */
const protections = {
  guard: { file: 'shared/client/connection-rest.ts', from: /(export const trustedRestMs = )\d+/, to: '$1Infinity' },
  yield: { file: 'shared/client/transport.ts', from: /(const briefRestMs = )\d+/, to: '$1Infinity' },
  parking: {
    file: 'shared/client/transport.ts',
    from: 'queueMicrotask(() => setImmediate(() => this.#finish()));',
    to: 'this.#finish();',
  },
  /** Not against freezes, but against what would hide them: repeating a POST that was sent. */
  caution: { file: 'shared/client/retry.ts', from: '(repeatable || !outcome.sent)', to: 'true' },
};

/**
 * Bundles of a copy of the source in which the protection against freezes is taken out, to show that the suite finds what it
 * protects from. The shipped bundles have no such switch.
 * @param {string} root folder of the project
 * @param {string[]} parts what to take out; the first three where it is empty
 * @param {string[]} names the functions
 * @returns {Promise<string>} the folder that holds NAME/index.js until this process ends
 */
export async function unguardedCopy(root, parts, names) {
  const dir = await mkdtemp(join(tmpdir(), 'fleetbatch-unguarded-'));
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

  const isSource = (path) => !/shared[\\/](dist|node_modules)/.test(path);
  await Promise.all(
    ['shared', 'functions'].map((part) => cp(join(root, part), join(dir, part), { recursive: true, filter: isSource })),
  );
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'), 'junction');
  for (const part of parts.length > 0 ? parts : ['guard', 'yield', 'parking']) await takeOut(dir, part);
  await Promise.all(
    names.map(async (name) => {
      const { code } = await bundleFunction(dir, name, { wholeUndici: false });
      await writeWhole(join(dir, name, 'index.js'), code);
    }),
  );
  return dir;
}

async function takeOut(dir, part) {
  const { file, from, to } = protections[part] ?? {};
  if (!file) throw new Error(`There is no protection named ${part}; known are ${Object.keys(protections).join(', ')}.`);
  const text = await readFile(join(dir, file), 'utf8');
  const without = text.replace(from, to);
  if (without === text) {
    throw new Error(
      `${file} no longer holds ${from}: tell test/freeze/unguarded-copy.mjs how "${part}" is taken out now.`,
    );
  }
  await writeFile(join(dir, file), without);
}
