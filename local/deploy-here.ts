import { deployService } from '../deploy/deploy-service.js';
import { targetOf } from '../deploy/target.js';
import type { DeployableService } from '../serverless/deployable.js';
import type { Cloud } from './cloud/start-cloud.js';
import { UsageError } from './plain-errors.js';

/**
 * Deploys the built functions to the cloud on this machine, by its management API and with the code of `npm run deploy`: what changed is replaced,
 * everything else is left alone with its warm instances, what the file no longer has is deleted.
 * @returns what was done, a few words for each function; none where nothing has changed
 * @throws DeployError, or UsageError with all that the deployment had to say where it stopped in its middle
 */
export async function deployHere(service: DeployableService, { url }: Pick<Cloud, 'url'>): Promise<readonly string[]> {
  // Keys of a real account may be exported; they are not for here.
  const target = targetOf({}, service.region, url);
  const options = { dryRun: false, prune: true, adopt: true, clearSecrets: true };
  const lines: string[] = [];
  try {
    return await deployService({ service, target, options, print: (line) => lines.push(line), command: 'npm start' });
  } catch (error) {
    if (error instanceof Error && error.name === 'UnfinishedError') throw new UsageError(lines.join('\n'));
    throw error;
  }
}
