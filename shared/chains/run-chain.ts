import { randomUUID } from 'node:crypto';
import { realTiming } from '../client/timing.js';
import type { Operation, OperationContext, OperationResult } from '../operations/operation.js';
import { parseWith } from '../operations/parse-input.js';
import type { Chain, ChainStep, Json, JsonObject } from './chain.js';
import { manualEvent } from './chain-event.js';
import type { Scope } from './expression.js';
import { kickAdvance } from './kick-advance.js';
import { masked } from './mask-secrets.js';
import { resolveStep } from './resolve.js';
import { ChainNotFoundError, neededDatabase, RunNotFoundError } from './run-errors.js';
import { eventOf, type RunChainInput, runChainInput } from './run-inputs.js';
import { readRun } from './run-store.js';
import { type ListedRun, listed } from './runs.js';
import { startRun } from './start-runs.js';

/** One step as it would be called: an input for each call, or why they cannot be told yet and what stands in the file. */
export interface DryStep {
  readonly name: string;
  readonly function: string;
  readonly inputs: readonly Json[] | null;
  readonly unresolved: string | null;
  readonly written: Json;
}

/** What a dry run answers. Nothing was started. */
export interface DryRun {
  readonly chain: string;
  readonly dry_run: true;
  readonly steps: readonly DryStep[];
}

/**
 * Starts a chain by hand: any of them, whatever else starts it, with an event of the caller's. Guards hold such a run back as any other.
 * With `dry_run` it only shows what would be called.
 * @param chains those of chains.yml
 * @throws ChainNotFoundError, MissingSettingError, the errors of database-errors.ts
 */
export function runChainWith(chains: readonly Chain[]): Operation<RunChainInput, ListedRun | DryRun> {
  return {
    name: 'RunChain',
    parse: parseWith(runChainInput),
    run: async (input, context) => {
      const chain = chains.find(({ name }) => name === input.name);
      if (!chain) {
        const known = chains.map(({ name }) => name);
        throw new ChainNotFoundError(input.name, known);
      }
      return input.dry_run ? await dryRun(chain, eventOf(input), context) : await start(chain, eventOf(input), context);
    },
  };
}

async function start(chain: Chain, event: JsonObject, context: OperationContext): Promise<OperationResult<ListedRun>> {
  // A caller who may call twice sends an Idempotency-Key, which the handler heeds; here each call is a start of its own.
  const run = await neededDatabase(context).transaction(async (tx) => {
    const started = await startRun(tx, chain, manualEvent(event, randomUUID()));
    return started && (await readRun(tx, started.id));
  });
  if (!run) throw new RunNotFoundError(chain.name);
  await kickAdvance([{ id: run.id, chain: chain.name, held: run.held }], 'hand', context);
  return { status: 201, body: listed(run), items: { ok: 1, failed: 0 } };
}

async function dryRun(chain: Chain, event: JsonObject, context: OperationContext): Promise<OperationResult<DryRun>> {
  const { timing = realTiming } = context;
  const facts = { id: 'dry-run', chain: chain.name, created_at: new Date(timing.now()).toISOString() };
  const scope: Scope = { event, steps: undefined, run: { ...facts, depth: 0, mark: '00000000' } };
  const steps: DryStep[] = [];
  for (const step of chain.steps) steps.push(await dryStep(step, scope));
  const unresolved = steps.filter((step) => step.unresolved !== null).length;
  return {
    status: 200,
    body: { chain: chain.name, dry_run: true, steps },
    items: { ok: steps.length - unresolved, failed: unresolved },
  };
}

/** What needs the results of earlier steps has no value before they are there. */
async function dryStep(step: ChainStep, scope: Scope): Promise<DryStep> {
  const written = { ...(step.for_each === undefined ? {} : { for_each: step.for_each }), input: step.input };
  const resolved = await resolveStep(step, scope);
  const said = { name: step.name, function: step.function, written: masked(written) };
  return 'problem' in resolved
    ? { ...said, inputs: null, unresolved: resolved.problem }
    : { ...said, inputs: resolved.items.map(({ input }) => masked(input)), unresolved: null };
}
