import { describe, expect, it } from 'vitest';
import type { DesiredFunction } from '../../deploy/desired.js';
import { asyncChanges } from '../../deploy/plan-async.js';
import type { AsyncInvokeConfig } from '../../shared/schemas/functiongraph.js';

const note = { destination: 'SMN', param: '{"topic_urn":"urn:smn:eu-de:p1:failures"}' };
const there = { max_async_retry_attempts: 1, destination_config: { on_failure: note } } as AsyncInvokeConfig;

const changes = (asyncInvoke: DesiredFunction['asyncInvoke']): string[] =>
  asyncChanges({ asyncInvoke } as DesiredFunction, there).map(({ text }) => text);

describe('the asynchronous configuration of a function', () => {
  it('loses a destination that the file no longer names', () => {
    expect(changes({ max_async_retry_attempts: 1 } as DesiredFunction['asyncInvoke'])).toEqual([
      'on failure SMN {"topic_urn":"urn:smn:eu-de:p1:failures"} → none',
    ]);
  });

  it('is left alone where the destination differs in its blanks only', () => {
    const spaced = { ...note, param: '{ "topic_urn": "urn:smn:eu-de:p1:failures" }' };

    expect(changes({ ...there, destination_config: { on_failure: spaced } } as DesiredFunction['asyncInvoke'])).toEqual(
      [],
    );
  });
});
