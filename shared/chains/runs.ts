import type { Queryable } from '../store/database.js';
import { onlyRow } from '../store/only-row.js';
import type { Json } from './chain.js';
import { masked } from './mask-secrets.js';
import type { RunRow, RunState, StepRow } from './records.js';
import { readRun } from './run-store.js';

/** Which runs are wanted; what is absent lets everything through. */
export interface RunFilter {
  readonly chain?: string | undefined;
  readonly state?: RunState | undefined;
  /** Runs that began at this moment or later, and before that one; epoch ms. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** 1 to 1,000; 100 by default. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** One row of the list. Times are ISO texts in UTC. */
export interface ListedRun {
  readonly id: string;
  readonly chain: string;
  readonly state: RunState;
  readonly reason: string | null;
  readonly held: boolean;
  readonly trigger: RunRow['trigger'];
  readonly step: string | null;
  readonly steps: number;
  readonly position: number;
  readonly depth: number;
  readonly parent_id: string | null;
  readonly created_at: string;
  readonly finished_at: string | null;
}

export const MOST_LISTED = 1_000;

/** Without the event, which of a thousand runs can have more megabytes than a function. */
type ListRow = Omit<RunRow, 'event' | 'event_key'>;
const listColumns =
  'id, chain, state, reason, held, definition, trigger, depth, parent_id, position, created_at, finished_at';

/** The newest runs first, and how many there are in all. @throws the errors of database-errors.ts */
export async function listRuns(
  database: Queryable,
  { chain, state, from, to, limit = 100, offset = 0 }: RunFilter = {},
): Promise<{ readonly runs: readonly ListedRun[]; readonly total: number }> {
  const filter = [
    chain ?? null,
    state ?? null,
    from === undefined ? null : new Date(from),
    to === undefined ? null : new Date(to),
  ];
  const where = `($1::text IS NULL OR chain = $1) AND ($2::text IS NULL OR state = $2)
    AND ($3::timestamptz IS NULL OR created_at >= $3) AND ($4::timestamptz IS NULL OR created_at < $4)`;
  const rows = await database.query<ListRow>(
    `SELECT ${listColumns} FROM chain_runs WHERE ${where} ORDER BY created_at DESC, id LIMIT $5 OFFSET $6`,
    [...filter, Math.min(Math.max(1, Math.floor(limit)), MOST_LISTED), Math.max(0, Math.floor(offset))],
  );
  const counted = await database.query<{ total: number }>(
    `SELECT count(*)::integer AS total FROM chain_runs WHERE ${where}`,
    filter,
  );
  return { runs: rows.map(listed), total: onlyRow(counted).total };
}

/** A run as the list shows it. */
export function listed(run: ListRow): ListedRun {
  const { id, chain, state, reason, held, trigger, position, depth, parent_id } = run;
  return {
    ...{ id, chain, state, reason, held, trigger, position, depth, parent_id },
    step: run.definition.steps[position]?.name ?? null,
    steps: run.definition.steps.length,
    created_at: run.created_at.toISOString(),
    finished_at: run.finished_at?.toISOString() ?? null,
  };
}

/** One attempt of a call; without an outcome its engine did not live to see the answer. */
export interface ShownAttempt {
  readonly attempt: number;
  readonly idempotency_key: string;
  readonly called_at: string;
  readonly outcome: string | null;
  readonly status: number | null;
  readonly code: string | null;
  readonly message: string | null;
}

/** One step, or one item of a step with for_each. Secrets in inputs and results are `***`. */
export interface ShownStep {
  readonly name: string;
  readonly position: number;
  readonly item: number;
  readonly function: string;
  readonly state: StepRow['state'];
  readonly input: Json;
  readonly result: Json;
  readonly error: Json;
  readonly attempts: readonly ShownAttempt[];
  /** Rounds of `retry_failed` so far. */
  readonly round: number;
  readonly next_at: string | null;
  readonly deadline_at: string | null;
}

export interface ShownRun extends ListedRun {
  readonly event: Json;
  readonly steps_so_far: readonly ShownStep[];
  readonly children: readonly string[];
}

/** A run with all that is known of it; undefined where there is none of this id. */
export async function showRun(database: Queryable, id: string): Promise<ShownRun | undefined> {
  const run = await readRun(database, id);
  if (!run) return undefined;
  const steps = await database.query<StepRow>('SELECT * FROM chain_steps WHERE run_id = $1 ORDER BY position, item', [
    id,
  ]);
  const attempts = await database.query<
    Omit<ShownAttempt, 'called_at'> & { position: number; item: number; called_at: Date }
  >('SELECT * FROM chain_attempts WHERE run_id = $1 ORDER BY position, item, attempt', [id]);
  const children = await database.query<{ id: string }>(
    'SELECT id FROM chain_runs WHERE parent_id = $1 ORDER BY created_at',
    [id],
  );
  const ofStep = (step: StepRow) => attempts.filter((one) => one.position === step.position && one.item === step.item);
  return {
    ...listed(run),
    event: masked(run.event),
    steps_so_far: steps.map((step) => shown(step, ofStep(step))),
    children: children.map((child) => child.id),
  };
}

function shown(step: StepRow, attempts: readonly (Omit<ShownAttempt, 'called_at'> & { called_at: Date })[]): ShownStep {
  const { name, position, item, state, round } = step;
  return {
    ...{ name, position, item, function: step.function, state, round },
    input: masked(step.input),
    result: masked(step.result),
    error: step.error ? { ...step.error } : null,
    attempts: attempts.map(({ attempt, idempotency_key, called_at, outcome, status, code, message }) => ({
      ...{ attempt, idempotency_key, outcome, status, code, message },
      called_at: called_at.toISOString(),
    })),
    next_at: step.next_at?.toISOString() ?? null,
    deadline_at: step.deadline_at?.toISOString() ?? null,
  };
}
