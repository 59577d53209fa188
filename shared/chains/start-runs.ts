import { randomUUID } from 'node:crypto';
import type { Queryable } from '../store/database.js';
import type { Chain, JsonObject } from './chain.js';
import { type ChainEvent, chainEvent, startsChain } from './chain-event.js';
import type { RunRow, StepRow } from './records.js';
import { countRunsSince, databaseNow, insertRun } from './run-store.js';
import { insertPlannedStep } from './step-store.js';

/** Chains above one another: more is a circle that nobody meant. */
export const DEEPEST = 5;
/** Bytes of JSON: a run is read as a whole, and its event by every expression. */
export const LARGEST_EVENT = 64 * 1024;
/** In the place of an event that is too large to keep. */
const eventLeftOut: JsonObject = { event_left_out: true };
const HOUR_MS = 3600_000;

/** A run that was started, or is held back by a guard until a person lets it go. */
export interface StartedRun {
  readonly id: string;
  readonly chain: string;
  readonly held: boolean;
}

/** Where fresh ids come from. */
export type NewId = () => string;

/**
 * Starts every chain that an event is meant for, in the transaction of whoever received it: with the commit the runs exist, and
 * without it nothing does. The same event starts a chain once, however often it comes.
 * @returns the runs that are new
 * @throws the errors of database-errors.ts
 */
export async function startRuns(
  tx: Queryable,
  chains: readonly Chain[],
  event: ChainEvent,
  newId: NewId = randomUUID,
): Promise<StartedRun[]> {
  const started: StartedRun[] = [];
  for (const chain of chains.filter((one) => startsChain(one, event))) {
    const run = await startRun(tx, chain, event, { newId });
    if (run) started.push(run);
  }
  return started;
}

/** Where a run comes from that another one starts. */
interface Origin {
  readonly newId?: NewId;
  readonly parent?: Pick<RunRow, 'id' | 'depth'>;
}

/** Whether a run was held back because its event is too large: without it, it must not be let go. */
export function isWithoutEvent({ held, event }: Pick<RunRow, 'held' | 'event'>): boolean {
  return held && event.event_left_out === true;
}

/**
 * Starts one chain. A guard (runs per hour, depth, size of the event) does not drop a run: it is there as `needs_attention`, and
 * a retry lets it go, unless its event is lost.
 * @returns undefined where this event has already started this chain
 */
export async function startRun(
  tx: Queryable,
  chain: Chain,
  { trigger, event, key }: ChainEvent,
  { newId = randomUUID, parent }: Origin = {},
): Promise<StartedRun | undefined> {
  const now = await databaseNow(tx);
  const depth = parent ? parent.depth + 1 : 0;
  // What another run starts has the event of that one, which was small enough, and beside it only what failed.
  const tooLarge = !parent && JSON.stringify(event).length > LARGEST_EVENT;
  const guard = tooLarge
    ? `The event has more than ${LARGEST_EVENT} characters and was not kept; start the chain by hand with a smaller one.`
    : await heldBy(tx, chain, depth, now);
  const run = {
    id: newId(),
    chain: chain.name,
    event_key: key,
    state: guard ? ('needs_attention' as const) : ('running' as const),
    reason: guard ?? null,
    held: guard !== undefined,
    definition: chain,
    trigger,
    event: tooLarge ? eventLeftOut : event,
    depth,
    parent_id: parent?.id ?? null,
    created_at: new Date(now),
  };
  if (!(await insertRun(tx, run))) return undefined;
  if (!guard) await planStep(tx, { ...run, position: 0 }, new Date(now));
  return { id: run.id, chain: chain.name, held: guard !== undefined };
}

async function heldBy(tx: Queryable, chain: Chain, depth: number, now: number): Promise<string | undefined> {
  if (depth > DEEPEST)
    return `More than ${DEEPEST} chains started one another. Look whether they go in a circle; then retry.`;
  const count = await countRunsSince(tx, chain.name, new Date(now - HOUR_MS));
  if (count < chain.max_runs_per_hour) return undefined;
  return `${count} ${count === 1 ? 'run' : 'runs'} of this chain began within an hour, and max_runs_per_hour is ${chain.max_runs_per_hour}. Retry to let it go.`;
}

/** Makes the step that a run is at known to the engine. */
export async function planStep(
  tx: Queryable,
  run: Pick<RunRow, 'id' | 'definition' | 'position'>,
  now: Date,
): Promise<void> {
  const step = run.definition.steps[run.position];
  if (!step) return;
  await insertPlannedStep(
    tx,
    { run_id: run.id, position: run.position, name: step.name, function: step.function },
    now,
  );
}

/** The run of the chain that a failed one names; the failure is part of its event. */
export async function startAfterFailure(
  tx: Queryable,
  chain: Chain,
  run: RunRow,
  failed: Pick<StepRow, 'name' | 'error'> | undefined,
  now: Date,
): Promise<StartedRun | undefined> {
  const { code = '', message = '' } = failed?.error ?? {};
  const failure: JsonObject = { run_id: run.id, chain: run.chain, step: failed?.name ?? '', code, message };
  // A run that is retried and fails again is another failure, also where nothing was called meanwhile.
  const key = `${run.id} ${run.position} ${now.getTime()}`;
  return startRun(tx, chain, chainEvent(run.event, failure, key), { parent: run });
}
