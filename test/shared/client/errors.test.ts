import { describe, expect, it } from 'vitest';
import * as client from '../../../shared/client.js';

const { CloudRejectedError, InvalidInputError, UnsupportedRegionError } = client;

describe('InvalidInputError', () => {
  it.each([
    [[], 'the input is not valid. Nothing was sent; correct the input and call again.'],
    [
      [{ path: '', message: 'must be an object' }],
      'must be an object. Nothing was sent; correct the input and call again.',
    ],
    [
      [
        { path: 'instance_ids[3]', message: 'must be a string' },
        { path: 'version', message: 'must not be empty' },
      ],
      'instance_ids[3]: must be a string (and 1 more). Nothing was sent; correct the input and call again.',
    ],
  ])('says what is wrong first: %j', (errors, message) => {
    expect(new InvalidInputError(errors)).toMatchObject({ message, errors, status: 400, outcome: 'not-sent' });
  });
});

describe('UnsupportedRegionError', () => {
  it('names the operation, the region and the setting', () => {
    expect(new UnsupportedRegionError('ListAgentInvocations', 'sa-peru-1').message).toBe(
      'ListAgentInvocations is not offered in region sa-peru-1. Nothing was sent; set HUAWEICLOUD_REGION to another region.',
    );
  });
});

describe('CloudRejectedError', () => {
  it('answers 502 where the status of the cloud is not known', () => {
    expect(new CloudRejectedError('m', { service: 'ces' }).status).toBe(502);
  });
});

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
