import { describe, expect, test } from 'vitest';
import { InvalidSettingError } from '../../../shared/client/errors.js';
import { readContext } from '../../../shared/handler/context.js';
import { asFarAsReadable, settingsOf } from '../../../shared/handler/settings.js';

function settings(userData: Record<string, unknown>, env: Record<string, string | undefined>) {
  const raw = { getUserData: (name: string) => userData[name] };
  return settingsOf(readContext(raw, { now: () => 0, newId: () => 'id' }), env);
}

describe('a setting that the platform fails to give', () => {
  const raw = {
    getUserData: () => {
      throw new Error('secret');
    },
  };
  const context = readContext(raw, { now: () => 0, newId: () => 'id' });

  test('comes from the environment, or is an error: it may be one that keeps strangers out', () => {
    const setting = settingsOf(context, { A: 'env', B: ' ' });
    expect(setting('A')).toBe('env');
    expect(() => setting('B')).toThrow(InvalidSettingError);
  });

  test('counts as absent for what must not fail', () => {
    const readable = asFarAsReadable(settingsOf(context, { A: 'env' }));
    expect([readable('A'), readable('B')]).toEqual(['env', undefined]);
  });
});

describe('a setting', () => {
  test('comes from user data first', () => expect(settings({ A: 'user' }, { A: 'env' })('A')).toBe('user'));
  test('comes from the environment else', () => expect(settings({}, { A: 'env' })('A')).toBe('env'));
  test('that is empty in user data comes from the environment', () => {
    expect(settings({ A: '' }, { A: 'env' })('A')).toBe('env');
  });
  test('that is empty everywhere is absent', () => expect(settings({ A: ' ' }, { A: '' })('A')).toBeUndefined());
  test('loses the white space around it', () => expect(settings({}, { A: ' key\n' })('A')).toBe('key'));
  test('that was written as a number is text', () => expect(settings({ A: 123456 }, {})('A')).toBe('123456'));
  test('called like a member of every object is absent', () => expect(settings({}, {})('__proto__')).toBeUndefined());
  test('is read anew each time', () => {
    const env = { A: 'old' };
    const setting = settings({}, env);
    env.A = 'new';
    expect(setting('A')).toBe('new');
  });
});
