import { describe, expect, test } from 'vitest';
import {
  CloudFailedError,
  CloudRejectedError,
  CloudThrottledError,
  InvalidInputError,
  MissingSettingError,
} from '../../../shared/client/errors.js';
import { problemResponse } from '../../../shared/handler/problem.js';
import { MethodNotAllowedError, UnparsableJsonError } from '../../../shared/handler/request-errors.js';

const plain = (text: string) => text;
const blot = (text: string) => text.replaceAll('top-secret', '***');

describe('a problem document', () => {
  test('of a refusal by the cloud says what the cloud said', () => {
    const upstream = { service: 'ces', status: 404, error_code: 'ces.0050', error_msg: 'not found', request_id: 'u-1' };
    const response = problemResponse(new CloudRejectedError('The cloud refused it.', upstream), 'r-1', plain);
    expect(JSON.parse(response.body)).toEqual({
      type: 'urn:fleetbatch:problem:cloud-rejected',
      title: 'Cloud rejected',
      status: 404,
      detail: 'The cloud refused it.',
      code: 'CLOUD_REJECTED',
      outcome: 'rejected',
      request_id: 'r-1',
      upstream,
    });
  });

  test('of bad input names every field', () => {
    const errors = [{ path: 'a[0]', message: 'must be text' }];
    const response = problemResponse(new InvalidInputError(errors), 'r-1', plain);
    expect(JSON.parse(response.body)).toMatchObject({ status: 400, code: 'INVALID_INPUT', errors });
  });

  test('of a missing setting names it', () => {
    const response = problemResponse(new MissingSettingError('HUAWEICLOUD_REGION', 'set it'), 'r-1', plain);
    expect(JSON.parse(response.body)).toMatchObject({
      status: 500,
      detail: expect.stringContaining('HUAWEICLOUD_REGION'),
    });
  });

  test('has a title that a person can read', () => {
    const response = problemResponse(new UnparsableJsonError('x'), 'r-1', plain);
    expect(JSON.parse(response.body).title).toBe('Unparsable JSON');
  });

  test('has the four fields of a gateway answer', () => {
    const response = problemResponse(new UnparsableJsonError('x'), 'r-1', plain);
    expect(response).toEqual({
      statusCode: 422,
      headers: { 'content-type': 'application/problem+json', 'x-request-id': 'r-1' },
      body: expect.any(String),
      isBase64Encoded: false,
    });
  });

  test.each([
    [0, '1'],
    [0.2, '1'],
    [1.1, '2'],
    [30, '30'],
  ])('of throttling for %s s says Retry-After: %s', (seconds, header) => {
    const error = new CloudThrottledError('busy', { service: 'ces', status: 429 }, seconds);
    expect(problemResponse(error, 'r-1', plain).headers['retry-after']).toBe(header);
  });

  test('of a wrong method says which is right', () => {
    expect(problemResponse(new MethodNotAllowedError('PUT', 'POST'), 'r-1', plain).headers.allow).toBe('POST');
  });

  test('of no method at all says so', () => {
    expect(problemResponse(new MethodNotAllowedError('', 'POST'), 'r-1', plain).body).toContain('(none)');
  });

  test('never lets a known secret through', () => {
    const upstream = { service: 'ces', status: 500, error_msg: 'got top-secret' };
    const cloud = problemResponse(new CloudFailedError('top-secret', upstream), 'r-1', blot);
    const input = problemResponse(new InvalidInputError([{ path: 'top-secret', message: 'top-secret' }]), 'r-1', blot);
    expect(cloud.body + input.body).not.toContain('top-secret');
  });
});
