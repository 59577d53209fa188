import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { BuildError } from './build-error.mjs';
import { problemsOf } from './esbuild-problems.mjs';
import { writeWhole } from './write-whole.mjs';

const entries = ['shared/client.ts', 'shared/schemas.ts'];

/**
 * Builds the workspace package `@fleetbatch/shared`: each entry as ESM and as CommonJS, with its dependencies left to the
 * installation, and the type declarations beside them.
 * @param {string} root folder of the project
 * @param {string} outDir
 */
export async function bundlePackage(root, outDir) {
  const formats = [
    { format: 'esm', outExtension: { '.js': '.js' } },
    { format: 'cjs', outExtension: { '.js': '.cjs' } },
  ];
  try {
    const built = await Promise.all(
      formats.map((format) =>
        build({
          ...format,
          entryPoints: entries,
          absWorkingDir: root,
          outdir: outDir,
          bundle: true,
          packages: 'external',
          platform: 'node',
          target: 'node20',
          write: false,
          logLevel: 'silent',
        }),
      ),
    );
    const files = built.flatMap(({ outputFiles }) => outputFiles);
    await Promise.all(files.map(({ path, contents }) => writeWhole(path, contents)));
  } catch (failure) {
    throw problemsOf('the package @fleetbatch/shared', failure);
  }
}

/**
 * Declares the types twice: TypeScript takes a declaration for the kind of module that its folder says, and refuses one of an ES
 * module where CommonJS is compiled with `module: node16`.
 * @param {string} root
 * @param {string} outDir
 */
export async function declareTypes(root, outDir) {
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = join(dirname(compiler), 'bin', 'tsc');
  const args = [tsc, '-p', 'shared/tsconfig.json', '--outDir', join(outDir, 'types'), '--pretty', 'false'];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root });
  } catch (failure) {
    if (typeof failure.stdout !== 'string' || failure.stdout === '') throw failure;
    const lines = failure.stdout.trim().split('\n');
    throw new BuildError([
      'the types of @fleetbatch/shared cannot be declared:',
      ...lines.map((line) => `  ${line}`),
      '  Mend this and build again.',
    ]);
  }
  await cp(join(outDir, 'types'), join(outDir, 'types-cjs'), { recursive: true });
  await writeWhole(join(outDir, 'types-cjs', 'package.json'), '{ "type": "commonjs" }\n');
}
