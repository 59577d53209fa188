import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const tools = ['autoconf', 'automake', 'libtoolize', 'make', 'g++', 'cmake'];

/**
 * AWS's runtime client and the Serverless Framework's fork, installed where they are missing.
 * @returns {{ runtimeClient: string, osls: string }} paths of their programs
 * @throws Error that says what to install first
 */
export function installedTools() {
  const runtimeClient = join(here, 'node_modules', 'aws-lambda-ric', 'bin', 'index.mjs');
  const native = join(here, 'node_modules', 'aws-lambda-ric', 'dist', 'rapid-client.node');
  const osls = join(here, 'node_modules', 'osls', 'bin', 'serverless.js');
  if ([runtimeClient, native, osls].every(existsSync)) return { runtimeClient, osls };

  const missing = tools.filter((tool) => spawnSync(tool, ['--version']).status !== 0);
  if (missing.length > 0) {
    throw new Error(
      `aws-lambda-ric builds native code and needs ${missing.join(', ')}. On Debian and Ubuntu: ` +
        'apt-get install autoconf automake libtool make g++ cmake; then run this again.',
    );
  }
  console.log('Installing aws-lambda-ric and osls into test/lambda (once; the native code takes about 90 s) ...');
  // The scripts of npm's caller would be inherited otherwise, and with them its folder.
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'];
  spawnSync('npm', args, { cwd: here, stdio: 'inherit' });
  if ([runtimeClient, native, osls].every(existsSync)) return { runtimeClient, osls };
  throw new Error(
    'aws-lambda-ric or osls could not be installed into test/lambda. Look at what npm said above; the native code needs ' +
      'install scripts, so `npm config get ignore-scripts` has to say false.',
  );
}
