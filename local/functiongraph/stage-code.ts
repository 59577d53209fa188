import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { ServiceFunction } from '../../serverless/service-file.js';

/** Where the code of a running platform lies. */
export interface Stage {
  /** The instances' working folder: as on the platform, not that of any code. */
  readonly folder: string;
  /** The bundled instance program. */
  readonly instanceFile: string;
  readonly codeRoot: (functionName: string) => string;
  remove(): void;
}

/**
 * Copies every bundle into a folder of its own, away from the project: as on the platform, no package.json and no
 * node_modules above it can then help a bundle to load, and a rebuild does not change code under a running instance.
 * @throws Error naming the bundle that is not built
 */
export async function stageCode(distDir: string, functions: readonly ServiceFunction[]): Promise<Stage> {
  for (const fn of functions) {
    const bundle = join(distDir, fn.name);
    if (!existsSync(bundle)) throw new Error(`${bundle} does not exist: ${fn.name} is not built. Run npm run build.`);
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fleetbatch-')));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const codeRoot = (functionName: string) => join(folder, 'code', functionName);
  const instanceFile = join(folder, 'instance.cjs');
  try {
    mkdirSync(join(folder, 'code'));
    // A package.json in or above the temporary folder must not decide how the bundles are loaded.
    writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
    for (const fn of functions) cpSync(join(distDir, fn.name), codeRoot(fn.name), { recursive: true });
    await build({
      entryPoints: [fileURLToPath(new URL('./instance/main.ts', import.meta.url))],
      outfile: instanceFile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'silent',
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, instanceFile, codeRoot, remove };
}
