import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { BuildError } from './build-error.mjs';
import { embeddedChains } from './embedded-chains.mjs';
import { problemsOf } from './esbuild-problems.mjs';
import { lazyWebStreams } from './lazy-web-streams.mjs';
import { slimPg } from './slim-pg.mjs';
import { slimUndici } from './slim-undici.mjs';

/** What both steps of a build know of where its code will run. */
const surroundings = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // FunctionGraph loads the file with `require`: what is loaded later is required later, too.
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  logLevel: 'silent',
};

/**
 * Bundles `functions/NAME/handler.ts` with everything that it imports into one CommonJS text for FunctionGraph's newest Node.
 * Nothing of the machine gets into it: the same source gives the same bytes in any folder.
 * @param {string} root folder of the project
 * @param {string} name
 * @param {{ wholeUndici: boolean, chains?: readonly object[] }} options `chains` are those of chains.yml, none by default
 * @returns {Promise<{ code: Uint8Array, map: Uint8Array, meta: import('esbuild').Metafile }>}
 */
export async function bundleFunction(root, name, options) {
  const entry = `functions/${name}/handler.ts`;
  if (!existsSync(join(root, entry))) {
    throw new BuildError(
      `${entry} is missing, and serverless.yml lists the function ${name}: write the file, or take the function out of serverless.yml.`,
    );
  }
  return bundleFile(root, entry, options);
}

/**
 * The same for any entry file; tests and measurements bundle their probes with it.
 * @param {string} root
 * @param {string} entry relative to the root
 * @param {{ wholeUndici: boolean, chains?: readonly object[] }} options
 * @returns {Promise<{ code: Uint8Array, map: Uint8Array, meta: import('esbuild').Metafile }>}
 */
export async function bundleFile(root, entry, { wholeUndici, chains = [] }) {
  const plugins = [lazyWebStreams, slimPg, embeddedChains(chains)];
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      absWorkingDir: root,
      bundle: true,
      ...surroundings,
      // Names are left for the second step: with names as they are esbuild keeps each CommonJS module in a method, with short ones in an
      // arrow function. V8 skims a method until it is called; arrow functions it reads in full at once, and again when they are called.
      minifySyntax: true,
      sourcemap: 'inline',
      outfile: join(root, 'dist', 'maps', 'index.js'),
      write: false,
      metafile: true,
      plugins: wholeUndici ? plugins : [...plugins, slimUndici(root)],
    });
    // Its map goes beside the bundle and without a comment in it: a deployed function does not carry its map.
    const short = await transform(outputFiles[0].text, { ...surroundings, minify: true, sourcemap: 'external' });
    return { code: Buffer.from(short.code), map: Buffer.from(short.map), meta: metafile };
  } catch (failure) {
    throw problemsOf(entry, failure);
  }
}
