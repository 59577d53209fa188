import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathFields, withPathFields } from '../../../shared/handler/path-fields.js';

describe('the fields of a path', () => {
  test.each([
    ['/ief-jobs/{job_id}', '/ief-jobs/j-1', { job_id: 'j-1' }],
    ['/ief-jobs/{job_id}', '/prod/api/v1/ief-jobs/j-1', { job_id: 'j-1' }],
    ['/ief-jobs/{job_id}', '/ief-jobs/ief-jobs', { job_id: 'ief-jobs' }],
    ['/ief-jobs/{job_id}', '/ief-jobs/a%2Fb', { job_id: 'a/b' }],
    ['/ief-jobs/{job_id}', '/ief-jobs/a%252Fb', { job_id: 'a%2Fb' }],
    ['/ief-jobs/{job_id}', '/ief-jobs/a+b', { job_id: 'a+b' }],
    ['/chain-runs/{id}/retry', '/chain-runs/7/retry', { id: '7' }],
    ['/chains/{name}/{verb}', '/x/chains/a/run', { name: 'a', verb: 'run' }],
  ])('%s of %s', (template, path, fields) => {
    expect(pathFields(template, path)).toEqual(fields);
  });

  test.each([
    ['/ief-jobs/{job_id}', '/ief-jobs'],
    ['/ief-jobs/{job_id}', '/ief-jobs/a/b'],
    ['/ief-jobs/{job_id}', '/ief-jobs/a/'],
    ['/ief-jobs/{job_id}', '/IEF-JOBS/a'],
    ['/ief-jobs/{job_id}', ''],
    ['/chain-runs/{id}/retry', '/chain-runs/7/cancel'],
  ])('%s is not the path %j', (template, path) => {
    expect(() => pathFields(template, path)).toThrow(
      expect.objectContaining({ status: 404, code: 'PATH_NOT_OFFERED', outcome: 'not-sent' }),
    );
  });

  test.each([
    ['/ief-jobs/', 'is empty in the path'],
    ['/ief-jobs/%zz', 'is not percent-encoded UTF-8 in the path'],
    ['/ief-jobs/%ff', 'is not percent-encoded UTF-8 in the path'],
  ])('%s is refused with the name of the field', (path, message) => {
    expect(() => pathFields('/ief-jobs/{job_id}', path)).toThrow(
      expect.objectContaining({ status: 400, errors: [{ path: 'job_id', message }] }),
    );
  });

  test('any value comes out of its segment as it went in, behind any prefix', () => {
    const wellFormed = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(fc.array(wellFormed), wellFormed, (prefix, value) => {
        const path = ['', ...prefix.map(encodeURIComponent), 'chain-runs', encodeURIComponent(value), 'retry'].join(
          '/',
        );
        expect(pathFields('/chain-runs/{id}/retry', path)).toEqual({ id: value });
      }),
    );
  });
});

describe('an input with the fields of its path', () => {
  test('has them beside its own', () => {
    expect(withPathFields({ a: 1 }, { id: '7' })).toEqual({ a: 1, id: '7' });
  });

  test('may name one of them again with the same value', () => {
    expect(withPathFields({ id: '7' }, { id: '7' })).toEqual({ id: '7' });
  });

  test.each([['8'], [7], [null], [undefined], [['7', '7']]])('that says %j for one of them is refused', (other) => {
    expect(() => withPathFields({ id: other }, { id: '7' })).toThrow(
      expect.objectContaining({
        status: 400,
        errors: [{ path: 'id', message: 'has another value than in the path; leave it out, or write the same' }],
      }),
    );
  });

  test.each([[[]], ['text'], [null]])('that is %j stays so, for the check of the input', (input) => {
    expect(withPathFields(input, { id: '7' })).toBe(input);
  });
});
