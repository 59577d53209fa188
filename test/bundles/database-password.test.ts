import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../shared/store/migrate.js';
import { readMigrations } from '../../shared/store/migration-files.js';
import { pgDatabase } from '../../shared/store/pg-database.js';
import { selfSigned } from '../build/self-signed.js';
import { addressOf, findInstallation, PostgresPair } from '../chains/postgres-pair.js';
import { builtFunction, contextOf } from './built-function.js';

const installation = findInstallation();
/** With what a URL must not hold as it is, and what SCRAM has to prepare. */
const password = 'pä$$ word:@/';

/** The bundles carry node-postgres with changed lines about WebCrypto, which SCRAM is made of: here a real server judges them. */
describe.skipIf(!installation)('a built function and a server that wants a password over TLS', () => {
  const { key, cert } = selfSigned();
  let server: PostgresPair;
  const own = () => pgDatabase({ url: addressOf(server.primaryPort), remainingMs: () => 10_000 });
  beforeAll(async () => {
    if (!installation) return;
    server = await PostgresPair.create(installation);
    const database = own();
    const ask = (sql: string) => database.query<{ folder: string }>(sql);
    await migrate(database, await readMigrations());
    const [{ folder } = { folder: '' }] = await ask("SELECT current_setting('data_directory') AS folder");
    const write = (name: string, text: string) =>
      ask(`COPY (SELECT regexp_split_to_table($text$${text.trim()}$text$, '\\n')) TO '${folder}/${name}'`);
    await ask(`CREATE ROLE app SUPERUSER LOGIN PASSWORD '${password}'`);
    await write('server.key', key);
    // The server takes no key that others can read.
    await chmod(join(folder, 'server.key'), 0o600);
    await write('server.crt', cert);
    await ask('ALTER SYSTEM SET ssl = on');
    await write('pg_hba.conf', 'hostssl all app all scram-sha-256\nhost all postgres all trust');
    await ask('SELECT pg_reload_conf()');
    await database.close();
  }, 60_000);
  afterAll(() => server?.close());

  const push = async (given: string, variables: Record<string, string>) => {
    const url = `postgres://app:${encodeURIComponent(given)}@127.0.0.1:${server.primaryPort}/postgres?sslmode=verify-full`;
    const body = { app_id: 'a', task_id: `task-${Date.now()}`, task_type: 'softwareUpgrade', status: 'Processing' };
    const event = { resource: 'batchtask', event: 'update', event_time_ms: Date.now(), notify_data: { body } };
    const context = contextOf('http://127.0.0.1:9', { DATABASE_URL: url, IOTDA_PUSH_TOKEN: '', ...variables });
    return await builtFunction('receive-batchtask')
      .handler(event, context)
      .catch((error: unknown) => error);
  };
  const kept = async () => {
    const database = own();
    const [row] = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM batchtask_events');
    await database.close();
    return row?.count;
  };

  test('keeps a push there', async () => {
    expect(await push(password, { DATABASE_CA: cert })).toEqual({ accepted: true });
    expect(await kept()).toBe(1);
  });

  test.each([
    ['a wrong password', 'another password', { DATABASE_CA: cert }],
    ['a certificate that nobody vouches for', password, {}],
  ])('keeps nothing and tells no password with %s', async (_, given, variables) => {
    const before = await kept();
    const failure = await push(given, variables as Record<string, string>);
    expect(failure).toMatchObject({ name: 'PushNotKeptError', outcome: 'not-sent' });
    expect(String((failure as Error).message)).not.toContain(given);
    expect(await kept()).toBe(before);
  });
});
