import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleInto, projectRoot } from './run-probe.js';

const entry = 'bench/official-sdk/handler.mjs';

/**
 * The handler with the official SDK: `bundled` by esbuild as its users can, and `builtAsOurs`, which starts faster (see
 * build/bundle-function.mjs). Its packages are installed on demand, apart from the project's.
 */
export async function officialSdkHandlers(folder: string): Promise<{ bundled: string; builtAsOurs: string }> {
  installSdk();
  const bundled = join(folder, 'official-sdk-bundled.cjs');
  await build({
    entryPoints: [join(projectRoot, entry)],
    outfile: bundled,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  return { bundled, builtAsOurs: await bundleInto(folder, entry) };
}

function installSdk(): void {
  const cwd = join(projectRoot, 'bench', 'official-sdk');
  if (!existsSync(join(cwd, 'node_modules', 'uuid'))) {
    console.log('Installing the official SDK into bench/official-sdk (once, 23 MB) ...\n');
    const windows = process.platform === 'win32';
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'];
    const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd, stdio: 'inherit', shell: windows });
    if (status !== 0) throw new Error('The official SDK could not be installed: see what npm said above.');
  }
}
