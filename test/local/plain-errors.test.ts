import { describe, expect, it } from 'vitest';
import { plainError, UsageError } from '../../local/plain-errors.js';
import { migrate } from '../../shared/store/migrate.js';
import { pgDatabase } from '../../shared/store/pg-database.js';

const systemError = (fields: object) => Object.assign(new Error('listen'), fields);

describe('an error at a terminal', () => {
  it('that has a sentence of its own is that sentence', () => {
    expect(plainError(new UsageError('Give one port.'))).toBe('Give one port.');
  });

  it.each(['postgres://127.0.0.1/app', 'mysql://me@localhost/app', 'postgres://me@localhost/app?pool=5'])(
    'of DATABASE_URL=%s says what the address must look like, without a stack',
    async (url) => {
      const database = pgDatabase({ url, remainingMs: () => 1_000 });

      const error = await migrate(database, []).catch((failure: unknown) => failure);

      expect(plainError(error)).toMatch(/^Setting DATABASE_URL cannot be used: [^\n]*$/);
    },
  );

  it.each([
    ['EADDRINUSE', 'Port 3000 is already in use, perhaps by another `npm start`.\nStop that program'],
    ['EACCES', 'Port 3000 is not for this user.\nAsk for the right'],
  ])('of a port (%s) names the port and how to take another', (code, sentence) => {
    expect(plainError(systemError({ code, syscall: 'listen', port: 3000 }))).toBe(
      `${sentence}, or choose other ports: PORT=3100 CLOUD_PORT=3101 npm start`,
    );
  });

  it.each([systemError({ code: 'EACCES', syscall: 'open' }), new TypeError('x')])(
    'that nobody foresaw (%s) shows its stack',
    (error) => {
      expect(plainError(error)).toBe(`This should not happen: ${error.stack}`);
    },
  );
});
