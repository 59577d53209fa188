import { UsageError } from '../local/plain-errors.js';
import { readServiceFile } from '../serverless/service-file.js';
import { commandLine } from './command-line.js';
import { isTyped } from './is-typed.js';
import { removeService } from './remove-service.js';
import { runCommand } from './run-command.js';
import { staged } from './stage.js';
import { targetOf } from './target.js';

/** `npm run remove -- [--stage S] [--endpoint URL] [--dry-run] [--yes]` */
await runCommand(async (signal) => {
  const { stage, endpoint, flags, command } = commandLine('remove', process.argv.slice(2), ['dry-run', 'yes']);
  const env = { ...process.env, ...(stage === undefined ? {} : { STAGE: stage }) };
  const service = staged(readServiceFile('serverless.yml', env), stage);
  const target = targetOf(env, service.region, endpoint);
  const isAgreed = flags.has('yes') || target.isLocal;
  if (!isAgreed && !flags.has('dry-run') && !process.stdin.isTTY) {
    throw new UsageError('Nobody is there to be asked. Add --yes to delete without asking, or --dry-run to look.');
  }
  await removeService({
    owner: service,
    target,
    dryRun: flags.has('dry-run'),
    confirm: async () => isAgreed || (await isTyped(service.name)),
    print: console.log,
    command,
    signal,
  });
});
