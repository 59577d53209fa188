import { build } from '../build.mjs';
import { readServiceFile } from '../serverless/service-file.js';
import { commandLine } from './command-line.js';
import { deployService } from './deploy-service.js';
import { runCommand } from './run-command.js';
import { staged } from './stage.js';
import { targetOf } from './target.js';

/** `npm run deploy -- [--stage S] [--endpoint URL] [--dry-run] [--prune] [--adopt] [--clear-secrets]` */
await runCommand(async (signal) => {
  const { stage, endpoint, flags, command } = commandLine('deploy', process.argv.slice(2), [
    'dry-run',
    'prune',
    'adopt',
    'clear-secrets',
  ]);
  const env = { ...process.env, ...(stage === undefined ? {} : { STAGE: stage }) };
  const service = staged(readServiceFile('serverless.yml', env), stage);
  // Before the build: whoever forgot a key should not have to wait for it.
  const target = targetOf(env, service.region, endpoint);
  await build({ quiet: true });
  await deployService({
    service,
    target,
    options: {
      dryRun: flags.has('dry-run'),
      prune: flags.has('prune'),
      adopt: flags.has('adopt'),
      clearSecrets: flags.has('clear-secrets'),
    },
    print: console.log,
    command,
    signal,
  });
});
