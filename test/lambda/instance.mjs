import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { RuntimeApi } from './runtime-api.mjs';

/**
 * One function as Lambda runs it: what is in its zip, in a folder of its own away from the project, under AWS's runtime client.
 *
 * @param {object} options
 * @param {string} options.node program of the Node.js to run with
 * @param {string} options.runtimeClient program of aws-lambda-ric
 * @param {string} options.zip file of the function's zip
 * @param {string} options.folder where to unpack it
 * @param {Record<string, string>} options.variables environment of the function
 */
export async function startInstance({ node, runtimeClient, zip, folder, variables }) {
  mkdirSync(folder, { recursive: true });
  for (const [file, bytes] of Object.entries(unzipSync(readFileSync(zip)))) writeFileSync(join(folder, file), bytes);
  const api = new RuntimeApi();
  const address = await api.listen();
  const child = spawn(node, [runtimeClient, 'index.handler'], {
    cwd: folder,
    // Of this process's environment nothing: what the function needs, Lambda gives it.
    env: {
      ...variables,
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: address,
      AWS_LAMBDA_FUNCTION_NAME: 'sample',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/sample',
      AWS_LAMBDA_LOG_STREAM_NAME: 'sample',
      AWS_REGION: 'sa-east-1',
      LAMBDA_TASK_ROOT: folder,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk) => {
    output += chunk;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = once(child, 'exit').then(() => api.end());
  return {
    invoke: (event, timeoutMs = 10_000) => api.invoke(event, timeoutMs),
    /** Everything that it wrote. */
    output: () => output,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      await api.close();
    },
  };
}
