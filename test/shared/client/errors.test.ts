import { describe, expect, it } from 'vitest';
import * as client from '../../../shared/client/errors.js';

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
    [
      [{ path: 'action_id', message: 'must be start or stop; did you mean start?' }],
      'action_id: must be start or stop; did you mean start? Nothing was sent; correct the input and call again.',
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

describe('every kind of error', () => {
  const upstream = { service: 'ces', status: 400 };
  const cause = new Error('why');

  it.each([
    ['InvalidInputError', () => new client.InvalidInputError([]), 'INVALID_INPUT', 400, 'not-sent'],
    [
      'UnsupportedRegionError',
      () => new client.UnsupportedRegionError('List', 'x'),
      'UNSUPPORTED_REGION',
      400,
      'not-sent',
    ],
    ['MissingSettingError', () => new client.MissingSettingError('A', 'set it'), 'MISSING_SETTING', 500, 'not-sent'],
    ['InvalidSettingError', () => new client.InvalidSettingError('A', 'odd'), 'INVALID_SETTING', 500, 'not-sent'],
    ['CloudRejectedError', () => new client.CloudRejectedError('m', upstream), 'CLOUD_REJECTED', 400, 'rejected'],
    [
      'CloudRejectedError',
      () => new client.CloudRejectedError('m', upstream, 'not-sent'),
      'CLOUD_REJECTED',
      502,
      'not-sent',
    ],
    ['CloudAuthError', () => new client.CloudAuthError('m', upstream), 'CLOUD_AUTH_REFUSED', 502, 'rejected'],
    [
      'CloudAuthError',
      () => new client.CloudAuthError('m', upstream, 'not-sent'),
      'CLOUD_AUTH_REFUSED',
      502,
      'not-sent',
    ],
    ['CloudThrottledError', () => new client.CloudThrottledError('m', upstream, 7), 'CLOUD_THROTTLED', 429, 'rejected'],
    ['CloudFailedError', () => new client.CloudFailedError('m', upstream), 'CLOUD_FAILED', 502, 'unknown'],
    ['CloudReplyError', () => new client.CloudReplyError('m', upstream), 'CLOUD_REPLY_UNREADABLE', 502, 'unknown'],
    [
      'CloudConnectionError',
      () => new client.CloudConnectionError('m', 'not-sent', upstream, cause),
      'CLOUD_CONNECTION',
      502,
      'not-sent',
    ],
    [
      'CloudTimeoutError',
      () => new client.CloudTimeoutError('m', 'unknown', upstream, cause),
      'CLOUD_TIMEOUT',
      504,
      'unknown',
    ],
  ])('has its name, code, status and outcome: %s', (name, make, code, status, outcome) => {
    const error = make();

    expect(error).toMatchObject({ name, code, status, outcome });
    expect(error).toBeInstanceOf(client.FleetbatchError);
  });

  it('keeps what the cloud said and what caused it, and nothing else', () => {
    const full = new client.CloudTimeoutError('m', 'unknown', upstream, cause);
    const bare = new client.MissingSettingError('A', 'set it');

    expect([full.upstream, full.cause]).toEqual([upstream, cause]);
    expect([bare.upstream, 'cause' in bare]).toEqual([undefined, false]);
    expect('cause' in new client.CloudConnectionError('m', 'unknown', upstream)).toBe(false);
  });

  it('says of a setting which it is and what to do', () => {
    expect(new client.MissingSettingError('A', 'set it')).toMatchObject({
      setting: 'A',
      message: 'Setting A is missing. Nothing was sent; set it.',
    });
    expect(new client.InvalidSettingError('A', 'it is odd')).toMatchObject({
      setting: 'A',
      message: 'Setting A cannot be used: it is odd. Nothing was sent.',
    });
  });
});

describe('CloudRejectedError', () => {
  it.each([
    [400, 400],
    [404, 404],
    [409, 409],
    [410, 502],
    [405, 502],
  ])('passes on what the caller can mend: %i is answered %i', (status, answered) => {
    expect(new CloudRejectedError('m', { service: 'ces', status }).status).toBe(answered);
  });

  it('answers 502 where the status of the cloud is not known', () => {
    expect(new CloudRejectedError('m', { service: 'ces' }).status).toBe(502);
  });
});
