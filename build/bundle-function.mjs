import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BuildError } from './build-error.mjs';
import { embeddedChains } from './embedded-chains.mjs';
import { problemsOf } from './esbuild-problems.mjs';
import { lazyWebStreams } from './lazy-web-streams.mjs';
import { slimPg } from './slim-pg.mjs';
import { slimUndici } from './slim-undici.mjs';

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
 */
export async function bundleFile(root, entry, { wholeUndici, chains = [] }) {
  const plugins = [lazyWebStreams, slimPg, embeddedChains(chains)];
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: [entry],
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      // FunctionGraph loads the file with `require`: what is loaded later is required later, too.
      supported: { 'dynamic-import': false },
      minify: true,
      legalComments: 'none',
      // Beside the bundle and without a comment in it: a deployed function does not carry its map.
      sourcemap: 'external',
      outfile: join(root, 'dist', 'maps', 'index.js'),
      write: false,
      metafile: true,
      logLevel: 'silent',
      plugins: wholeUndici ? plugins : [...plugins, slimUndici(root)],
    });
    const [map, code] = outputFiles;
    return { code: code.contents, map: map.contents, meta: metafile };
  } catch (failure) {
    throw problemsOf(entry, failure);
  }
}
