import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleInto, projectRoot } from './run-probe.js';

/** The handler with the official SDK, bundled as ours are; its packages are installed on demand, apart from the project's. */
export async function officialSdkHandler(folder: string): Promise<string> {
  const cwd = join(projectRoot, 'bench', 'official-sdk');
  if (!existsSync(join(cwd, 'node_modules', 'uuid'))) {
    console.log('Installing the official SDK into bench/official-sdk (once, 23 MB) ...\n');
    const windows = process.platform === 'win32';
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'];
    const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd, stdio: 'inherit', shell: windows });
    if (status !== 0) throw new Error('The official SDK could not be installed: see what npm said above.');
  }
  return bundleInto(folder, 'bench/official-sdk/handler.mjs');
}
