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
      'createFunction',
      'deleteFunction',
      'destroyPools',
      'endpointFor',
      'findFunction',
      'fixedToken',
      'functionUrn',
      'iamTokenSource',
      'invokeFunction',
      'invokeFunctionAsync',
      'listAgentInvocations',
      'listFunctions',
      'listNewestBatchJobs',
      'listTasksById',
      'sign',
      'updateFunctionCode',
      'updateFunctionConfig',
    ]);
  });
});
