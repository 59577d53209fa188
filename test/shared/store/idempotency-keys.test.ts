import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Queryable } from '../../../shared/store/database.js';
import { DatabaseOutcomeUnknownError, DatabaseRefusedError } from '../../../shared/store/database-errors.js';
import { beginKey, type Claim, releaseKey } from '../../../shared/store/idempotency-keys.js';
import { type TestDatabase, testStores } from './test-databases.js';

const [store] = (await testStores()).slice(-1);
const claim: Claim = { functionName: 'create-ief-job', key: 'key-1', fingerprint: 'hash-1', owner: 'invocation-1' };
const another: Claim = { ...claim, owner: 'invocation-2' };
const noAnswer = new DatabaseOutcomeUnknownError('a statement', 'no answer');

describe('a key whose database answers badly', () => {
  let stage: TestDatabase;
  beforeAll(async () => {
    if (!store) throw new Error('there is no store');
    stage = await store.create();
  }, 120_000);
  afterAll(() => stage.drop());
  beforeEach(() => stage.empty());

  type Fault = (ask: () => Promise<readonly unknown[]>) => Promise<readonly unknown[]>;
  /** The database whose first statements go as these faults say, and all later ones as they should. */
  const faulty = (...faults: Fault[]): Queryable => ({
    query: async <Row>(text: string, values?: readonly unknown[]) => {
      const ask = () => stage.database.query<Row>(text, values);
      const fault = faults.shift();
      return (await (fault ? fault(ask) : ask())) as readonly Row[];
    },
  });
  const well: Fault = (ask) => ask();
  const doneAndLost: Fault = async (ask) => {
    await ask();
    throw noAnswer;
  };
  const lost: Fault = async () => {
    throw noAnswer;
  };
  const afterRelease: Fault = async (ask) => {
    await releaseKey(stage.database, another);
    return ask();
  };

  test.each([
    ['was taken without an answer', doneAndLost],
    ['was not taken, and nobody says so', lost],
  ])('is this call’s own where it %s', async (_case, fault) => {
    expect(await beginKey(faulty(fault), claim, 10_000)).toEqual({ kind: 'begun' });
    expect(await beginKey(stage.database, another, 10_000)).toMatchObject({ kind: 'in-progress' });
  });

  test('is taken where it was given back between the two looks', async () => {
    await beginKey(stage.database, another, 10_000);

    expect(await beginKey(faulty(well, afterRelease), claim, 10_000)).toEqual({ kind: 'begun' });
  });

  test('counts as under way where it was given back and taken again at each look', async () => {
    const nothing: Fault = async () => [];
    await beginKey(stage.database, another, 10_000);

    expect(await beginKey(faulty(...Array(6).fill(nothing)), claim, 10_000)).toEqual({
      kind: 'in-progress',
      remainingMs: 10_000,
    });
  });

  test('is not begun where nobody can tell whose it is, so that nothing is sent', async () => {
    await beginKey(stage.database, another, 10_000);

    await expect(beginKey(faulty(well, lost), claim, 10_000)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      outcome: 'not-sent',
    });
  });

  test.each([
    ['taken', []],
    ['looked at', [well]],
  ])('hands on why it cannot be %s', async (_case, before) => {
    const refused = new DatabaseRefusedError('a statement', 'no rights', '42501');
    await beginKey(stage.database, another, 10_000);
    const refuse: Fault = async () => {
      throw refused;
    };

    await expect(beginKey(faulty(...before, refuse), claim, 10_000)).rejects.toBe(refused);
  });
});
