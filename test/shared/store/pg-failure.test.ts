import { describe, expect, it } from 'vitest';
import {
  isConnectionLost,
  isRefused,
  nothingChanged,
  OutOfTimeError,
  reasonOf,
  serverAnswer,
} from '../../../shared/store/pg-failure.js';

const answer = (code: string, fields: object = {}) =>
  Object.assign(new Error('what the server said'), { severity: 'ERROR', code, ...fields });
const coded = (message: string, code: string) => Object.assign(new Error(message), { code });

describe('the failure of a database', () => {
  it.each([
    ['a lost connection', coded('gone', 'ECONNRESET'), 'DATABASE_UNAVAILABLE', true],
    ['a silent server', new OutOfTimeError(99.6), 'DATABASE_UNAVAILABLE', true],
    ['something that is no error', 'text', 'DATABASE_UNAVAILABLE', true],
    ['a code without a severity', coded('no', '23505'), 'DATABASE_UNAVAILABLE', true],
    ['a serialization failure', answer('40001'), 'DATABASE_UNAVAILABLE', false],
    ['a server that shuts down', answer('57P01', { severity: 'FATAL' }), 'DATABASE_UNAVAILABLE', true],
    [
      'a server that shuts down, in its own language',
      answer('57P01', { severity: '致命错误' }),
      'DATABASE_UNAVAILABLE',
      true,
    ],
    [
      'a transaction that was idle for too long',
      answer('25P03', { severity: '致命错误' }),
      'DATABASE_UNAVAILABLE',
      true,
    ],
    ['a transaction that took too long', answer('25P04', { severity: '致命错误' }), 'DATABASE_UNAVAILABLE', true],
    ['a server that breaks down', answer('XX000', { severity: 'PANIC' }), 'DATABASE_UNAVAILABLE', true],
    ['a server that only reads now', answer('25006'), 'DATABASE_UNAVAILABLE', true],
    ['a table that is not there', answer('42P01'), 'DATABASE_NOT_MIGRATED', false],
    ['a broken constraint', answer('23505'), 'DATABASE_REFUSED', false],
  ])('that is %s has its own error', (_name, failure, code, lost) => {
    expect(nothingChanged('a transaction', failure)).toMatchObject({ code });
    expect(isConnectionLost(failure)).toBe(lost);
  });

  it.each([
    ['the server refused', answer('23505'), true],
    ['a server that only reads refused', answer('25006'), true],
    ['went down with its session', answer('57P01', { severity: 'FATAL' }), false],
    ['got no answer', new OutOfTimeError(5), false],
  ])('of a single statement that %s says whether it certainly changed nothing', (_name, failure, refused) => {
    expect(isRefused(failure)).toBe(refused);
  });

  it.each([
    ['the words of the server', answer('23505'), 'what the server said, SQLSTATE 23505'],
    ['the constraint in the place of a value', answer('22001', { constraint: 'c', table: 't' }), 'c, SQLSTATE 22001'],
    ['the table in the place of a value', answer('22001', { table: 't' }), 't, SQLSTATE 22001'],
    ['the code alone where a value would be quoted', answer('22001'), 'SQLSTATE 22001'],
    ['code and text', coded('no route', 'EHOSTUNREACH'), 'EHOSTUNREACH: no route'],
    ['the code where Node gives no text', coded('', 'ECONNREFUSED'), 'ECONNREFUSED'],
    ['the time that was waited', new OutOfTimeError(99.6), 'no answer within 100 ms'],
    ['a word for what is no error', undefined, 'a connection failure'],
  ])('is told by %s', (_name, failure, reason) => {
    expect(reasonOf(failure)).toBe(reason);
  });

  it.each([
    ['no error', { severity: 'ERROR', code: '23505', message: 'm' }],
    ['a code of another length', answer('ECONNRESET')],
    ['a code that is a number', Object.assign(new Error('no'), { severity: 'ERROR', code: 23505 })],
  ])('is no answer of the server where it is %s', (_name, failure) => {
    expect(serverAnswer(failure)).toBeUndefined();
  });
});
