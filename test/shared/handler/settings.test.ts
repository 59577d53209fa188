import { describe, expect, test } from 'vitest';
import { readContext } from '../../../shared/handler/context.js';
import { settingsOf } from '../../../shared/handler/settings.js';

function settings(userData: Record<string, unknown>, env: Record<string, string | undefined>) {
  const raw = { getUserData: (name: string) => userData[name] };
  return settingsOf(readContext(raw, { now: () => 0, newId: () => 'id' }), env);
}

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
