import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const program = process.platform === 'win32' ? 'node.exe' : 'node';

/**
 * The Node.js programs of package.json, installed where they are missing. Only their paths are handed out: nothing is put into
 * PATH, so the user's own node stays the one that everything else runs with.
 * @returns {{ version: string, path: string }[]}
 */
export function installedRuntimes() {
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  const runtimes = Object.entries(dependencies).map(([alias, spec]) => ({
    version: spec.slice(spec.lastIndexOf('@') + 1),
    path: join(here, 'node_modules', alias, 'bin', program),
  }));
  if (!runtimes.every(isInstalled)) {
    console.log(
      `Installing Node.js ${runtimes.map(({ version }) => version).join(', ')} into test/runtimes (once, about 130 MB to fetch) ...`,
    );
    // In its folder and not with --prefix: the install script of `node` calls npm again, which would inherit the prefix.
    const windows = process.platform === 'win32';
    const args = ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'];
    spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: here, stdio: 'inherit', shell: windows });
  }
  const missing = runtimes.filter((runtime) => !isInstalled(runtime)).map(({ version }) => version);
  if (missing.length > 0) {
    throw new Error(
      `Node.js ${missing.join(', ')} could not be installed into test/runtimes. Look at what npm said above; ` +
        'the package `node` needs its install script, so `npm config get ignore-scripts` has to say false.',
    );
  }
  return runtimes;
}

function isInstalled({ version, path }) {
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() === `v${version}`;
  } catch {
    return false;
  }
}
