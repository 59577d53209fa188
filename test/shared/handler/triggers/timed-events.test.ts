import { describe, expect, test } from 'vitest';
import { recognise } from '../../../../shared/handler/triggers/recognise.js';
import { inputOf } from './input-of.js';

describe('a timer event', () => {
  const timer = (user_event?: unknown) => ({ version: 'v1.0', trigger_type: 'TIMER', trigger_name: 't', user_event });

  test('is recognised', () => expect(recognise(timer('{}')).trigger).toBe('timer'));

  test('gives the JSON text of user_event as input', () => expect(inputOf(timer('{"limit":5}'))).toEqual({ limit: 5 }));

  test.each(['', '  \n', undefined, null])('with user_event %j gives an empty input', (text) => {
    expect(inputOf(timer(text))).toEqual({});
  });

  test.each([
    ['2026-11-21T10:15:00+08:00', { name: 't', time: '2026-11-21T10:15:00+08:00' }],
    [undefined, undefined],
    [5, undefined],
  ])('of the time %j is an occurrence of its timer only where both are told', (time, occurrence) => {
    expect(recognise({ ...timer('{}'), time })).toEqual(
      expect.objectContaining(occurrence === undefined ? { trigger: 'timer' } : { timer: occurrence }),
    );
    expect('timer' in recognise({ ...timer('{}'), time, trigger_name: undefined })).toBe(false);
    expect('timer' in recognise({ ...timer('{}'), time })).toBe(occurrence !== undefined);
  });

  test('with an object as user_event takes it as it is', () => expect(inputOf(timer({ a: 1 }))).toEqual({ a: 1 }));

  test('with text that is not JSON is an input error at user_event that does not repeat the text', () => {
    const read = () => inputOf(timer('secret-password {'));
    expect(read).toThrow(
      expect.objectContaining({
        name: 'InvalidInputError',
        errors: [{ path: 'user_event', message: 'must be the input of the operation as JSON text' }],
      }),
    );
  });
});

describe('an EventBridge event', () => {
  const event = { version: '0', 'detail-type': 'Scheduled Event', source: 'aws.events', detail: { limit: 5 } };

  test('is recognised', () => expect(recognise(event).trigger).toBe('eventbridge'));

  test.each([
    ['an-id', { eventId: 'an-id' }],
    ['', {}],
    [7, {}],
  ])('with the id %j keeps it where it is one', (id, kept) => {
    const { trigger, ...invocation } = recognise({ ...event, id });
    expect([trigger, invocation]).toEqual(['eventbridge', { readInput: expect.any(Function), ...kept }]);
  });

  test('gives its detail as input', () => expect(inputOf(event)).toEqual({ limit: 5 }));

  test('without detail gives an empty input', () => expect(inputOf({ ...event, detail: undefined })).toEqual({}));

  test.each([
    ['{}', {}],
    ['', {}],
    ['{"limit":5}', { limit: 5 }],
  ])('of EventBridge Scheduler, which writes detail as the text %j, gives what it holds', (detail, input) => {
    expect(inputOf({ ...event, source: 'aws.scheduler', detail })).toEqual(input);
  });

  test('with a text as detail that is not JSON is an input error at detail that does not repeat the text', () => {
    expect(() => inputOf({ ...event, detail: 'secret-password {' })).toThrow(
      expect.objectContaining({
        errors: [{ path: 'detail', message: 'must be the input of the operation as JSON text' }],
      }),
    );
  });
});
