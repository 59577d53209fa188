import type { CloudClient } from '../shared/client/cloud-client.js';
import { createCloudClient } from '../shared/client/create-cloud-client.js';
import { CloudAuthError, CloudConnectionError, CloudRejectedError } from '../shared/client/errors.js';
import { DeployError } from './deploy-error.js';
import type { Target } from './target.js';

/** The longest that one call may take with its repetitions, in ms: an upload over a slow line is the longest of them. */
const callMs = 120_000;

/** The client of one deployment: our own, as the functions use it. */
export function cloudOf({ credentials, projectId, endpoint }: Target): CloudClient {
  return createCloudClient({
    auth: { mode: 'aksk', credentials },
    projectId,
    endpoint: () => endpoint,
    remainingMs: () => callMs,
  });
}

/** What to add to an error, where the usual reason of it is known. */
export function hintFor(error: unknown, target: Target): string {
  if (error instanceof CloudRejectedError && /path already exists/i.test(error.upstream?.error_msg ?? '')) {
    return ' Another trigger has it, or an API that outlived its trigger: delete that in the API group (docs/deploy.md, API Gateway).';
  }
  if (error instanceof CloudConnectionError && error.outcome === 'not-sent' && target.isLocal) {
    return ` Nothing answers at ${target.endpoint.origin}: start the cloud of this machine with npm start, or give its address with --endpoint.`;
  }
  if (!(error instanceof CloudAuthError)) return '';
  if (target.isLocal) {
    return ' The endpoint is on this machine: unset HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK and HUAWEICLOUD_SDK_PROJECT_ID to use its own account.';
  }
  return error.upstream?.status === 403 ? ' docs/deploy.md lists the actions that a deployment needs.' : '';
}

/** The same for an account that cannot be read: what is to be thrown then. */
export function unreadable(error: unknown, target: Target): unknown {
  const hint = hintFor(error, target);
  return hint !== '' && error instanceof Error ? new DeployError([error.message + hint]) : error;
}
