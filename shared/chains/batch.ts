import type { CallAnswer } from './call-answer.js';
import type { ChainStep } from './chain.js';
import { CHAIN_FUNCTIONS } from './chain-functions.js';
import {
  afterCall,
  afterForgottenKey,
  afterLook,
  afterLostEngine,
  afterPoll,
  isKeyKnown,
  type Moment,
  sentInput,
} from './decide.js';
import type { Engine, PassCounts } from './engine.js';
import type { Follow } from './follow.js';
import { inTurns } from './in-turns.js';
import type { RunRow, StepChange, StepRow } from './records.js';
import { afterResolving, deadlineOf, resolveStep, scopeOf } from './resolve.js';
import { readRuns } from './run-store.js';
import { type Settling, settleStep } from './settle.js';
import { type AttemptEnd, insertReadyItems, writeIntent } from './step-store.js';

/** Steps of one batch that are worked on at the same time. */
const CONCURRENCY = 8;

/** The steps that were taken together: planned ones are worked out, followed ones looked at at once, the others called. */
export class Batch {
  readonly #engine: Engine;
  readonly #counts: PassCounts;
  readonly #enoughForCalls: number;
  readonly #settling: Settling;
  #runs: ReadonlyMap<string, RunRow> = new Map();

  constructor(engine: Engine, counts: PassCounts, enoughForCalls: number) {
    this.#engine = engine;
    this.#counts = counts;
    this.#enoughForCalls = enoughForCalls;
    const { database, chains, owner, now } = engine;
    this.#settling = { database, chains, owner, now };
  }

  async work(steps: readonly StepRow[]): Promise<void> {
    const runs = await readRuns(this.#engine.database, [...new Set(steps.map((step) => step.run_id))]);
    this.#runs = new Map(runs.map((run) => [run.id, run]));
    const followed = steps.filter((step) => step.state === 'following' && step.follow);
    const others = steps.filter((step) => !followed.includes(step));
    await Promise.all([
      this.#poll(followed),
      inTurns(others, CONCURRENCY, async (step) => {
        await this.#advance(step).catch((error: unknown) => this.#lose(step, error));
      }),
    ]);
  }

  get #moment(): Moment {
    const { now, random, keysKept } = this.#engine;
    return { now: now(), random: random(), keysKept };
  }

  async #advance(step: StepRow): Promise<void> {
    const run = this.#runs.get(step.run_id);
    const definition = run?.definition.steps[step.position];
    if (!run || !definition) return;
    if (run.state === 'cancelled') return this.#settle(step, { state: 'cancelled', next_at: null });
    if (!Object.hasOwn(CHAIN_FUNCTIONS, step.function)) return this.#leave(step);
    if (step.state === 'planned') return this.#resolve(step, run, definition);
    if (step.state === 'calling') return this.#settle(step, afterLostEngine(step, this.#moment));
    if (step.state === 'in_doubt' && step.doubt === 'cloud') return this.#look(step, definition);
    if (step.state === 'in_doubt' && !isKeyKnown(step, this.#moment.now)) {
      return this.#settle(step, afterForgottenKey(step, this.#moment));
    }
    if (this.#engine.remainingMs() <= this.#enoughForCalls) return;
    if (step.state === 'in_doubt') return this.#ask(step, definition);
    if (step.state === 'ready') return this.#call(step, definition);
  }

  async #resolve(step: StepRow, run: RunRow, definition: ChainStep): Promise<void> {
    const { database, now } = this.#engine;
    const resolved = await resolveStep(definition, await scopeOf(database, run));
    const moment = now();
    const { change, others } = afterResolving(resolved, definition, moment);
    await this.#settle(step, change, undefined, async (tx) => {
      if (others.length === 0) return;
      await insertReadyItems(tx, step, others, { now: new Date(moment), deadline: deadlineOf(change, step) });
    });
  }

  /** The intent is in the database before the call is made, and the call is made only where it is. */
  async #call(step: StepRow, definition: ChainStep): Promise<void> {
    const { database, owner, now } = this.#engine;
    const attempt = step.attempt + 1;
    const key = `${step.run_id}-${step.position}-${step.item}-${attempt}`;
    const calledAt = new Date(now());
    if (!(await writeIntent(database, step, { owner, key, now: calledAt }))) return;
    const calling = {
      ...step,
      state: 'calling',
      attempt,
      idempotency_key: key,
      called_at: calledAt,
      doubt: null,
      looks: 0,
    } as const;
    await this.#answer(calling, definition);
  }

  /** The same key once more: the function answers what it answered then, or does it now where it never was asked. */
  async #ask(step: StepRow, definition: ChainStep): Promise<void> {
    await this.#answer(step, definition);
  }

  async #answer(step: StepRow, definition: ChainStep): Promise<void> {
    this.#counts.calls += 1;
    const key = CHAIN_FUNCTIONS[step.function].changes ? (step.idempotency_key ?? undefined) : undefined;
    const answer = await this.#engine.call(step.function, sentInput(step), key);
    await this.#settle(step, afterCall(step, definition, answer, this.#moment), endOf(answer));
  }

  async #look(step: StepRow, definition: ChainStep): Promise<void> {
    if (!step.follow) return;
    this.#counts.looks += 1;
    const follow = await this.#engine.looks.lookFor(step, step.follow);
    await this.#settle(step, afterLook(step, definition, follow, this.#moment));
  }

  async #poll(steps: readonly StepRow[]): Promise<void> {
    if (steps.length === 0) return;
    this.#counts.looks += steps.length;
    const follows = await this.#engine.looks.poll(steps.map((step) => step.follow as Follow));
    await inTurns([...steps.entries()], CONCURRENCY, async ([i, step]) => {
      const definition = this.#runs.get(step.run_id)?.definition.steps[step.position];
      const follow = follows[i];
      if (!definition || !follow) return;
      await this.#settle(step, afterPoll(step, definition, follow, this.#moment)).catch((error: unknown) =>
        this.#lose(step, error),
      );
    });
  }

  async #settle(
    step: StepRow,
    change: StepChange,
    attempt?: AttemptEnd,
    beside?: Parameters<typeof settleStep>[4],
  ): Promise<void> {
    if (await settleStep(step, change, this.#settling, attempt, beside)) this.#counts.settled += 1;
  }

  /** A run keeps its chain, and a newer version, before or beside this one, may have had more functions. */
  #leave(step: StepRow): void {
    const message =
      'a step names a function that this version does not know; it waits for the version that does, or for a cancel';
    this.#engine.log('WARN', message, { run: step.run_id, step: step.name, function: step.function });
  }

  #lose(step: StepRow, error: unknown): void {
    this.#counts.lost += 1;
    this.#engine.log('WARN', 'a step could not be written; its lease runs out, and another pass goes on with it', {
      run: step.run_id,
      step: step.name,
      failure: error instanceof Error ? error.message : String(error),
    });
  }
}

function endOf(answer: CallAnswer): AttemptEnd {
  if (answer.kind === 'answered') return { outcome: 'answered', status: answer.status };
  const outcome = answer.kind === 'in-progress' ? 'unknown' : answer.kind;
  const status = answer.kind === 'rejected' ? answer.status : undefined;
  return { outcome, status, code: answer.code, message: answer.message };
}
