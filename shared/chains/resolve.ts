import type { Database } from '../store/database.js';
import type { ChainStep, Json, JsonObject } from './chain.js';
import { CHAIN_FUNCTIONS } from './chain-functions.js';
import { ExpressionError, evaluate, expressionIn, type Scope } from './expression.js';
import type { RunRow, StepChange, StepRow } from './records.js';
import { resultsBefore } from './step-store.js';

/** Entries of for_each, and characters of one input. */
export const MOST_ITEMS = 1_000;
export const LARGEST_INPUT = 1024 * 1024;

/** A step whose expressions have values: one input for each entry of for_each, or a single one. */
export type Resolved =
  | { readonly items: readonly { readonly value: Json; readonly input: JsonObject }[] }
  /** A sentence without its beginning. */
  | { readonly problem: string };

/** The document that the expressions of a step are evaluated over. */
export async function scopeOf(database: Pick<Database, 'query'>, run: RunRow): Promise<Scope> {
  const rows = await resultsBefore(database, run.id, run.position);
  const steps: Record<string, Json> = {};
  for (const { name, position, state } of rows) {
    const own = rows.filter((row) => row.position === position);
    const isList = run.definition.steps[position]?.for_each !== undefined;
    const entries = own.filter((row) => row.is_entry).map((row) => row.result);
    steps[name] = { state, result: isList ? entries : (own[0]?.result ?? null) };
  }
  return { event: run.event, steps, run: runFacts(run) };
}

/** `mark` is short enough for a job's name, and another one in each run. */
function runFacts({ id, chain, created_at, depth }: RunRow): JsonObject {
  return { id, chain, created_at: created_at.toISOString(), depth, mark: id.replaceAll('-', '').slice(0, 8) };
}

/** Works out the inputs of a step. The same run always gives the same ones; what an expression lacks is the `problem`. */
export async function resolveStep(step: ChainStep, scope: Scope): Promise<Resolved> {
  try {
    const values = step.for_each === undefined ? [undefined] : await entriesOf(step.for_each, scope);
    if (values.length > MOST_ITEMS)
      return { problem: `for_each has ${values.length} entries, more than ${MOST_ITEMS}.` };
    const items = [];
    for (const value of values) {
      const resolved = await withValues(step.input, value === undefined ? scope : { ...scope, item: value });
      const input = asked(step, resolved as JsonObject);
      if (JSON.stringify(input).length > LARGEST_INPUT) {
        return { problem: `the input has more than ${LARGEST_INPUT} characters.` };
      }
      items.push({ value: value ?? null, input });
    }
    return { items };
  } catch (error) {
    if (error instanceof ExpressionError) return { problem: error.message };
    throw error;
  }
}

/** One entry alone comes out of an expression as itself, and none as nothing (JSONata). */
async function entriesOf(forEach: Json, scope: Scope): Promise<readonly Json[]> {
  const value = await withValues(forEach, scope);
  if (Array.isArray(value)) return value;
  return value === null ? [] : [value];
}

async function withValues(value: Json, scope: Scope): Promise<Json> {
  if (typeof value === 'string') {
    const source = expressionIn(value);
    return source === undefined ? value : await evaluate(source, scope);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const entries: Json[] = [];
    for (const entry of value) entries.push(await withValues(entry, scope));
    return entries;
  }
  const fields: [string, Json][] = [];
  for (const [key, entry] of Object.entries(value)) fields.push([key, await withValues(entry, scope)]);
  return Object.fromEntries(fields);
}

/** Where an answer is lost, the function looks first: it is the nearest to the cloud. */
function asked({ function: name }: ChainStep, input: JsonObject): JsonObject {
  return CHAIN_FUNCTIONS[name].changes && input.on_unknown === undefined
    ? { ...input, on_unknown: 'reconcile' }
    : input;
}

/** The change of a planned step, and the further items that stand beside it from then on. */
export function afterResolving(
  resolved: Resolved,
  step: Pick<ChainStep, 'timeout_s'>,
  now: number,
): { readonly change: StepChange; readonly others: readonly { item: number; value: Json; input: JsonObject }[] } {
  if ('problem' in resolved) {
    const message = `The input could not be worked out: ${resolved.problem} Nothing was sent.`;
    return { change: { state: 'failed', next_at: null, error: { code: 'EXPRESSION', message } }, others: [] };
  }
  const [first, ...rest] = resolved.items;
  if (!first) return { change: { state: 'done', next_at: null, result: [] }, others: [] };
  const deadline_at = new Date(now + step.timeout_s * 1_000);
  const change = {
    state: 'ready',
    next_at: new Date(now),
    input: first.input,
    item_value: first.value,
    deadline_at,
  } as const;
  return { change, others: rest.map((entry, i) => ({ ...entry, item: i + 1 })) };
}

/** The moment until which a step may take, for the items that are made beside it. */
export function deadlineOf(change: StepChange, step: StepRow): Date {
  return change.deadline_at ?? step.deadline_at ?? new Date(0);
}
