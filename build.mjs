/**
 * `npm run build`: from every function NAME of serverless.yml `dist/NAME/index.js` and `dist/NAME.zip`, from all of them
 * `dist/manifest.json` and `dist/openapi.json`, and from the workspace the package `@fleetbatch/shared`.
 * `-- --no-types` leaves the types of the package as they were. `-- --whole-undici` (or WHOLE_UNDICI=1) bundles undici as it is, without its slim form.
 */
import { existsSync, realpathSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';
import { allOrProblems, BuildError } from './build/build-error.mjs';
import { bundleFunction } from './build/bundle-function.mjs';
import { findRefused } from './build/check-exports.mjs';
import { manifestOf } from './build/manifest.mjs';
import { bundlePackage, declareTypes } from './build/shared-package.mjs';
import { writeWhole } from './build/write-whole.mjs';
import { zipOf } from './build/zip.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * @typedef {object} BuildOptions
 * @property {string} [root] folder of the project; this one by default
 * @property {string} [outDir] where the bundles go; `dist` of the project by default
 * @property {string} [packageDir] where the package goes; `shared/dist` of the project by default
 * @property {boolean} [wholeUndici] bundle undici as it is
 * @property {boolean} [types] declare (and thereby check) the types of the package; true by default
 * @property {boolean} [quiet] print nothing
 *
 * @typedef {{ name: string, bytes: number, zipBytes: number, ms: number, code: Uint8Array, zip: Uint8Array, map: Uint8Array }} BuiltFunction
 */

/**
 * Builds everything. Two builds of the same source give the same bytes, whatever the folder, the time and its zone.
 * @param {BuildOptions} [options]
 * @returns {Promise<BuiltFunction[]>} in the order of serverless.yml
 * @throws BuildError that tells what to mend; ServiceFileError from serverless.yml, ChainsFileError from chains.yml
 */
export async function build({
  root = here,
  outDir = join(root, 'dist'),
  packageDir = join(root, 'shared', 'dist'),
  wholeUndici = false,
  types = true,
  quiet = false,
} = {}) {
  const start = performance.now();
  const { describedService } = await tsImport('./openapi/documents.ts', import.meta.url);
  const { service, describe } = describedService(join(root, 'serverless.yml'));
  const names = service.functions.map(({ name }) => name);
  const chains = await readChains(root, service);

  // The project is of type "module". Without this file Node would take the bundles for ES modules and refuse to load them;
  // on FunctionGraph no package.json stands above index.js, which means the same.
  await writeWhole(join(outDir, 'package.json'), '{ "type": "commonjs" }\n');
  const [functions, documents] = await allOrProblems([
    buildFunctions(root, names, outDir, { wholeUndici, chains }),
    documentsOf(root, describe),
    bundlePackage(root, packageDir),
    types ? declareTypes(root, packageDir) : undefined,
  ]);
  await Promise.all([
    writeWhole(join(outDir, 'openapi.json'), jsonText(documents.openApi)),
    writeWhole(join(outDir, 'manifest.json'), jsonText(manifestOf(service, functions, documents.operations))),
    removeOthers(outDir, names),
  ]);
  if (!quiet) printTable(functions, wholeUndici, performance.now() - start);
  return functions;
}

/** The chains of chains.yml, which is optional; the timers that start them are those of advance-chains. */
async function readChains(root, service) {
  const file = join(root, 'chains.yml');
  if (!existsSync(file)) return [];
  const { readChainsFile } = await tsImport('./serverless/chains-file.ts', import.meta.url);
  const timers = service.functions.find(({ name }) => name === 'advance-chains')?.timers ?? [];
  return readChainsFile(
    file,
    timers.map(({ name }) => name),
  );
}

async function buildFunctions(root, names, outDir, options) {
  const built = await allOrProblems(names.map((name) => buildFunction(root, name, outDir, options)));
  const bundles = names.map((name) => ({ name, file: join(outDir, name, 'index.js') }));
  const refused = await findRefused(bundles);
  // What FunctionGraph would refuse is not left there to be deployed.
  await Promise.all(refused.map(({ name }) => removeFunction(outDir, name)));
  if (refused.length > 0) throw new BuildError(refused.map(({ problem }) => problem));
  return built;
}

/** What is known of the functions beside their code; they are bundled meanwhile. */
async function documentsOf(root, describe) {
  const { version = '0.0.0' } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const projectId = process.env.HUAWEICLOUD_SDK_PROJECT_ID || 'set-HUAWEICLOUD_SDK_PROJECT_ID';
  try {
    return describe({ version, projectId });
  } catch (error) {
    throw error?.name === 'UndocumentedFunctionError' ? new BuildError(error.message) : error;
  }
}

function jsonText(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** @returns {Promise<BuiltFunction>} */
async function buildFunction(root, name, outDir, options) {
  const start = performance.now();
  const { code, map } = await bundleFunction(root, name, options);
  const zip = zipOf(code);
  await Promise.all([
    writeWhole(join(outDir, name, 'index.js'), code),
    writeWhole(join(outDir, `${name}.zip`), zip),
    writeWhole(join(outDir, 'maps', `${name}.js.map`), map),
  ]);
  return { name, bytes: code.length, zipBytes: zip.length, ms: performance.now() - start, code, zip, map };
}

/** Bundles of functions that serverless.yml no longer lists. */
async function removeOthers(outDir, names) {
  const entries = await readdir(outDir);
  const zips = entries.filter((entry) => entry.endsWith('.zip')).map((entry) => entry.slice(0, -'.zip'.length));
  await Promise.all(zips.filter((name) => !names.includes(name)).map((name) => removeFunction(outDir, name)));
}

async function removeFunction(outDir, name) {
  const files = [name, `${name}.zip`, join('maps', `${name}.js.map`)];
  await Promise.all(files.map((file) => rm(join(outDir, file), { recursive: true, force: true })));
}

/** @param {BuiltFunction[]} functions */
function printTable(functions, wholeUndici, ms) {
  const rows = functions.map((built) => [built.name, ...[built.bytes, built.zipBytes, built.ms].map(Math.round)]);
  for (const [name, ...figures] of [['bundle', 'bytes', 'zip bytes', 'ms'], ...rows]) {
    console.log([String(name).padEnd(24), ...figures.map((figure) => String(figure).padStart(10))].join(''));
  }
  console.log(`and @fleetbatch/shared, in ${Math.round(ms)} ms${wholeUndici ? ', with the whole of undici' : ''}`);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const wholeUndici = process.argv.includes('--whole-undici') || process.env.WHOLE_UNDICI === '1';
  const types = !process.argv.includes('--no-types');
  await build({ wholeUndici, types }).catch((error) => {
    const isExpected = ['BuildError', 'ServiceFileError', 'ChainsFileError'].includes(error?.name);
    console.error(isExpected ? `\n${error.message}\n` : error);
    process.exitCode = 1;
  });
}
