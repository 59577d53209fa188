import { CloudRejectedError, CloudTimeoutError, MissingSettingError } from '../../../shared/client/errors.js';
import { functionHandler } from '../../../shared/handler/function-handler.js';
import type { Operation } from '../../../shared/operations/operation.js';
import type { Database } from '../../../shared/store/database.js';
import { post } from './call-function.js';
import { echo, fakeRuntime, readResponse, sampleSettings } from './fake-platform.js';

/** How one run of the operation ends; the last two stand for an instance that is killed before or after the effect. */
export type Way = 'done' | 'unknown' | 'rejected' | 'not-sent' | 'defect' | 'killed-before' | 'killed-after';

const failures = {
  unknown: new CloudTimeoutError('no answer in time.', 'unknown', { service: 'ief' }),
  rejected: new CloudRejectedError('refused.', { service: 'ief', status: 404 }),
  'not-sent': new MissingSettingError('X', 'set it'),
  defect: new TypeError('a defect'),
};

/** An HTTP request with a key. */
export const event = (key: string | undefined, body: unknown) => ({
  httpMethod: 'POST',
  path: '/echo',
  headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'Idempotency-Key': key }) },
  body: typeof body === 'string' ? body : JSON.stringify(body),
  isBase64Encoded: false,
});

/** A function whose effects are counted, over the database that has its keys. */
export class KeyedFunction {
  effects = 0;
  readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** A function whose operation ends in the given way. `reached` resolves where its instance would be killed. */
  instance(way: Way, database: Database = this.database) {
    let kill = () => {};
    const reached = new Promise<'killed'>((resolve) => {
      kill = () => resolve('killed');
    });
    const run: Operation<{ value: unknown }, unknown>['run'] = async ({ value }, { cloud }) => {
      // From here on a failure that nobody foresaw may have had its effect.
      void cloud.projectId;
      if (way === 'done' || way === 'unknown' || way === 'defect' || way === 'killed-after') this.effects += 1;
      if (way.startsWith('killed')) {
        kill();
        return await new Promise<never>(() => {});
      }
      if (way !== 'done') throw failures[way as keyof typeof failures];
      return { status: 201, body: { value, effect: this.effects }, items: { ok: 1, failed: 0 } };
    };
    const seen = fakeRuntime({ ...sampleSettings, DATABASE_URL: 'postgres://user:secret@127.0.0.1/db' });
    let ids = 0;
    const runtime = {
      ...seen.runtime,
      newId: () => `${Math.random()}-${++ids}`,
      makeDatabase: () => database,
    };
    const { handler } = functionHandler(echo(run), post, runtime);
    const context = { getRequestID: () => 'r-1', getFunctionName: () => 'echo' };
    return { seen, reached, invoke: (event: unknown) => handler(event, context) };
  }

  /** What one fresh instance answers; undefined where it was killed. */
  async call(way: Way, body: unknown = { value: 1 }, key: string | undefined = '"key-1"') {
    const { invoke, reached } = this.instance(way);
    const answered = await Promise.race([invoke(event(key, body)), reached]);
    return answered === 'killed' ? undefined : readResponse(answered);
  }

  /** As if every invocation that is under way could not be running any more. */
  expire() {
    return this.database.query(`UPDATE idempotency_keys SET in_progress_until = now() - interval '1 second'`);
  }

  /** Every key is free again, and nothing was done. */
  async forget() {
    await this.database.query('DELETE FROM idempotency_keys');
    this.effects = 0;
  }
}
