import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * What `osls package` makes of serverless.aws.yml, without a network and without an account.
 * @param {{ osls: string, root: string, folder: string }} options
 * @returns {Promise<{ resources: Record<string, object>, artifactOf: (name: string) => string, output: string }>}
 * @throws Error with what osls said
 */
export async function packageForAws({ osls, root, folder }) {
  const args = [osls, 'package', '--config', 'serverless.aws.yml', '--package', folder];
  // A proxy that does not exist: whatever wants to go out fails.
  const nowhere = 'http://127.0.0.1:9';
  const env = { PATH: process.env.PATH, HOME: folder, HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere, CI: 'true' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    cwd: root,
    env,
    timeout: 120_000,
  }).catch((error) => {
    throw new Error(`osls package failed: ${`${error.stdout}${error.stderr}`.trim().slice(0, 600) || error.message}`);
  });
  const template = JSON.parse(readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
  const state = JSON.parse(readFileSync(join(folder, 'serverless-state.json'), 'utf8'));
  const artifactOf = (name) => join(root, state.service.functions[name].package.artifact);
  return { resources: template.Resources, artifactOf, output: `${stdout}${stderr}` };
}

/** Hash of a file. */
export function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
