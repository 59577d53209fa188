import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testStores } from '../shared/store/test-databases.js';
import { type CallName, type Cell, calls, type Ending, endings, runCell } from './database-cells.js';
import { places } from './places.mjs';

const server = (await testStores()).find(({ name }) => name !== 'PGlite');
const canRun = server !== undefined && process.platform !== 'win32';
if (!canRun) console.log('Instances with a database are not frozen here: that takes a PostgreSQL server, and signals.');

/** The pool that rested for more than a second is replaced; one that rested for less is trusted. */
const pauses = { 'for more than a second': 1_100, 'for a fifth of a second': 200 } as const;
/** A black hole within the second costs each trial the deadline of a statement. */
const trialsOf = (ending: Ending, frozenMs: number) => (ending === 'a black hole' && frozenMs < 1_000 ? 3 : 10);

const cells = Object.entries(pauses).flatMap(([pause, frozenMs]) =>
  (Object.keys(endings) as Ending[]).flatMap((ending) =>
    (Object.keys(calls) as CallName[]).map((call) => ({
      title: `${pause}, its connections ${ending}: ${call}`,
      cell: { call, ending, frozenMs, trials: trialsOf(ending, frozenMs) },
    })),
  ),
);

/** All cells run side by side, for nearly all the time an instance is frozen; each test then looks at its own. */
describe.skipIf(!canRun)('an instance with a database, frozen right after an answer', () => {
  let stage: TestDatabase;
  const outcomes = new Map<Cell, Promise<string[]>>();
  beforeAll(async () => {
    if (!server) return;
    stage = await server.create();
    const startingPlace = places(2 * availableParallelism());
    const aliveAtOnce = places(12);
    for (const { cell } of cells) {
      const outcome = aliveAtOnce().then((leave) => runCell(cell, stage, startingPlace).finally(leave));
      // A cell that fails before its test is looked at must not end the process.
      outcome.catch(() => undefined);
      outcomes.set(cell, outcome);
    }
  });
  afterAll(async () => {
    await Promise.allSettled(outcomes.values());
    await stage.drop();
  });

  test.each(cells.map(({ title, cell }) => [title, cell] as const))(
    '%s after the thaw is done once',
    { timeout: 90_000 },
    async (_title, cell) => {
      const problems = await outcomes.get(cell);

      expect(problems).toEqual([]);
    },
  );
});
