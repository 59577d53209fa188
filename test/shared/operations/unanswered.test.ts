import { describe, expect, it } from 'vitest';
import {
  CloudAuthError,
  CloudConnectionError,
  CloudRejectedError,
  CloudThrottledError,
  CloudTimeoutError,
} from '../../../shared/client/errors.js';
import { advised, isInDoubt, noAnswer, reasonOf } from '../../../shared/operations/unanswered.js';

const advice = { check: 'Look there.', refused: 'Split it.' };
const upstream = { service: 'ces' };
const unknown = new CloudTimeoutError('It was late.', 'unknown', upstream);
const rejected = new CloudRejectedError('It was refused.', upstream);
const notSent = new CloudConnectionError('It was off.', 'not-sent', upstream);
const refused = new CloudAuthError('It was a stranger.', upstream);

const failed = (error: unknown) => ({ items: ['a'], result: 'failed', error }) as const;
const skipped = (error: unknown) => ({ items: ['a'], result: 'skipped', error }) as const;
const answered = { items: ['a'], result: 'answered', reply: {} } as const;

describe('the reason of an item without an answer', () => {
  it.each([
    ['unknown', failed(unknown), { code: 'CLOUD_TIMEOUT', message: 'It was late. Look there.' }],
    ['rejected', failed(rejected), { code: 'CLOUD_REJECTED', message: 'It was refused. Split it.' }],
    [
      'not-sent',
      failed(notSent),
      { code: 'CLOUD_CONNECTION', message: 'It was off. This item was not sent; call again with it.' },
    ],
    [
      'throttled',
      failed(new CloudThrottledError('It was too much.', upstream, 60)),
      {
        code: 'CLOUD_THROTTLED',
        message: 'It was too much. The call did nothing; call again with this item in 60 s.',
      },
    ],
    [
      'a throttled request of a token',
      failed(new CloudThrottledError('IAM had too much.', upstream, 60, 'not-sent')),
      {
        code: 'CLOUD_THROTTLED',
        message: 'IAM had too much. This item was not sent; call again with this item in 60 s.',
      },
    ],
    [
      'credentials that IAM refused',
      failed(new CloudAuthError('IAM knew it not.', upstream, 'not-sent')),
      {
        code: 'CLOUD_AUTH_REFUSED',
        message:
          'IAM knew it not. This item was not sent; mend the credentials or permissions, then call again with this item.',
      },
    ],
    [
      'refused credentials',
      failed(refused),
      {
        code: 'CLOUD_AUTH_REFUSED',
        message:
          'It was a stranger. The call did nothing; mend the credentials or permissions, then call again with this item.',
      },
    ],
    [
      'skipped',
      skipped(refused),
      {
        code: 'CLOUD_AUTH_REFUSED',
        message: 'It was a stranger. This item was not sent, because the call before it was refused.',
      },
    ],
    [
      'a defect',
      failed(new TypeError('holds secret-key')),
      {
        code: 'UNEXPECTED_FAILURE',
        message: 'The function itself failed during the call (TypeError). Look there.',
      },
    ],
    [
      'a thrown text',
      failed('secret-key'),
      { code: 'UNEXPECTED_FAILURE', message: 'The function itself failed during the call (string). Look there.' },
    ],
  ])('says what is known and what to do: %s', (_, chunk, reason) => {
    expect(reasonOf(chunk, advice)).toEqual(reason);
  });

  it('says that silence leaves the outcome unknown', () => {
    expect(noAnswer(advice)).toEqual({
      code: 'NO_ANSWER',
      message: 'The cloud answered the call but said nothing about this item, so its outcome is unknown. Look there.',
    });
  });

  it('repeats 160 characters of a long message whole, and no more, because it stands in the row of every item', () => {
    const [fits, long] = [160, 161].map((length) => new CloudTimeoutError('x'.repeat(length), 'unknown', upstream));

    expect(reasonOf(failed(fits), advice).message).toBe(`${'x'.repeat(160)} Look there.`);
    expect(reasonOf(failed(long), advice).message).toBe(`${'x'.repeat(160)}… Look there.`);
  });
});

describe('a chunk', () => {
  it.each([
    ['failed, unknown', failed(unknown), true],
    ['failed by a defect', failed(new Error('bug')), true],
    ['failed, rejected', failed(rejected), false],
    ['failed, not sent', failed(notSent), false],
    ['skipped after an unknown one', skipped(unknown), false],
    ['answered', answered, false],
  ])('that is %s is in doubt: %#', (_, chunk, doubt) => {
    expect(isInDoubt(chunk)).toBe(doubt);
  });
});

describe('advice', () => {
  it.each([
    ['an unknown outcome', () => new CloudTimeoutError('Late.', 'unknown', upstream), 'Look.', 'Late. Look.'],
    ['nothing to look at', () => new CloudTimeoutError('Late.', 'unknown', upstream), '', 'Late.'],
    ['a rejected call', () => new CloudRejectedError('No.', upstream), 'Look.', 'No.'],
    ['a foreign error', () => new Error('bug'), 'Look.', 'bug'],
  ])('is added to the same error where it helps: %s', (_, make, check, message) => {
    const error = make();

    expect(advised(error, check)).toBe(error);
    expect(error.message).toBe(message);
  });
});
