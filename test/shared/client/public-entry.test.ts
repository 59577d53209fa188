import { describe, expect, it } from 'vitest';
import * as client from '../../../shared/client.js';

describe('the public entry', () => {
  it('exports exactly this', () => {
    expect(Object.keys(client).sort()).toEqual([
      'CloudAuthError',
      'CloudConnectionError',
      'CloudFailedError',
      'CloudRejectedError',
      'CloudReplyError',
      'CloudThrottledError',
      'CloudTimeoutError',
      'FleetbatchError',
      'InvalidInputError',
      'InvalidSettingError',
      'MissingSettingError',
      'UnsupportedRegionError',
      'batchCreateAgentInvocations',
      'batchStartOrStopTasks',
      'createBatchJob',
      'createCloudClient',
      'destroyPools',
      'endpointFor',
      'fixedToken',
      'iamTokenSource',
      'listAgentInvocations',
      'listNewestBatchJobs',
      'listTasksById',
      'sign',
    ]);
  });
});
