import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../shared/store/database.js';
import { type TestDatabase, testStores } from '../store/test-databases.js';
import { readResponse } from './fake-platform.js';
import { event, KeyedFunction, type Way } from './keyed-function.js';

describe.each(await testStores())('an Idempotency-Key in every state, on $name', (store) => {
  let stage: TestDatabase;
  let keyed: KeyedFunction;
  beforeAll(async () => {
    stage = await store.create();
    keyed = new KeyedFunction(stage.database);
  }, 120_000);
  afterAll(() => stage.drop());
  beforeEach(() => keyed.forget());

  /** What is known of the key, by the model: the same as what the function must answer to the same request. */
  type Known = 'free' | 'in-progress' | 'crashed' | 'answered' | 'unknown';
  const steps = [
    'done',
    'unknown',
    'rejected',
    'defect',
    'killed-before',
    'killed-after',
    'other-request',
    'time-passes',
  ] as const;
  const after: Record<Exclude<Way, 'not-sent'>, Known> = {
    done: 'answered',
    unknown: 'unknown',
    defect: 'unknown',
    rejected: 'free',
    'killed-before': 'in-progress',
    'killed-after': 'in-progress',
  };
  const expected: Record<Exclude<Known, 'free'>, object> = {
    'in-progress': { status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_PROGRESS', outcome: 'not-sent' } },
    crashed: { status: 504, body: { code: 'IDEMPOTENCY_OUTCOME_UNKNOWN', outcome: 'unknown' } },
    answered: { status: 201, headers: { 'idempotent-replayed': 'true' } },
    unknown: { body: { outcome: 'unknown' }, headers: { 'idempotent-replayed': 'true' } },
  };
  const longer = (sequences: readonly (typeof steps)[number][][]) =>
    sequences.flatMap((sequence) => steps.map((step) => [...sequence, step]));
  // PGlite takes its time, and the machine is the same.
  const length = store.name === 'PGlite' ? 2 : 3;
  const sequences = Array.from({ length }).reduce<(typeof steps)[number][][]>(longer, [[]]);

  test('behaves by its state machine in every sequence of so many events', async () => {
    for (const sequence of sequences) {
      await keyed.forget();
      let known: Known = 'free';
      for (const step of sequence) {
        const where = `${sequence.join(' → ')}, at ${step}`;
        if (step === 'time-passes') {
          await keyed.expire();
          if (known === 'in-progress') known = 'crashed';
          continue;
        }
        if (step === 'other-request') {
          if (known === 'free') continue;
          const answer = await keyed.call('done', { value: 2 });
          expect(answer, where).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
          continue;
        }
        const answer = await keyed.call(step);
        if (known === 'free') known = after[step];
        else expect(answer, where).toMatchObject(expected[known]);
      }
      expect(keyed.effects, sequence.join(' → ')).toBeLessThanOrEqual(1);
    }
  }, 120_000);

  test('is safe where the instance dies before or after any of its statements', async () => {
    for (const died of [1, 2, 3].flatMap((at) => [`before ${at}`, `after ${at}`])) {
      await keyed.forget();
      const dying = dyingAt(died, stage.database);
      const { invoke } = keyed.instance('done', dying.database);
      const first = await Promise.race([invoke(event('k', { value: 1 })), dying.dead]);
      const atOnce = readResponse(await keyed.instance('done').invoke(event('k', { value: 1 })));
      await keyed.expire();
      const later = readResponse(await keyed.instance('done').invoke(event('k', { value: 1 })));

      expect(keyed.effects, died).toBeLessThanOrEqual(1);
      expect([201, 409], died).toContain(atOnce.status);
      if (later.status !== 201) expect(later.body, died).toMatchObject({ outcome: 'unknown' });
      if (first !== 'dead') expect(later, died).toMatchObject({ status: 201 });
    }
  }, 60_000);
});

/** A database whose process ends at a statement, before it was sent or after it was done: nothing is ever heard of it. */
function dyingAt(place: string, database: Database): { database: Database; dead: Promise<'dead'> } {
  const [when, at] = place.split(' ');
  let statements = 0;
  let die = () => {};
  const dead = new Promise<'dead'>((resolve) => {
    die = () => resolve('dead');
  });
  const silence = () => {
    die();
    return new Promise<never>(() => {});
  };
  const query: Database['query'] = async (text, values) => {
    statements += 1;
    if (statements !== Number(at)) return await database.query(text, values);
    if (when === 'before') return await silence();
    await database.query(text, values);
    return await silence();
  };
  return { dead, database: { ...database, query } };
}
