import { listAgentInvocations } from '../../shared/client/ces.js';
import { createCloudClient } from '../../shared/client/create-cloud-client.js';
import { functionContext } from './function-context.js';

const endpoint = new URL(process.env.CES_ENDPOINT ?? '');

/** The same call by the signed client, as every invocation makes one: without the log line, the settings and the check of the input. */
export function handler(_event: unknown, _context: unknown): Promise<unknown> {
  const cloud = createCloudClient({
    auth: {
      mode: 'aksk',
      credentials: {
        ak: functionContext.getSecurityAccessKey(),
        sk: functionContext.getSecuritySecretKey(),
        securityToken: functionContext.getSecurityToken(),
      },
    },
    projectId: process.env.HUAWEICLOUD_SDK_PROJECT_ID ?? '',
    endpoint: () => endpoint,
    remainingMs: functionContext.getRemainingTimeInMilliSeconds,
  });
  return listAgentInvocations(cloud, { limit: 10 });
}
