import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { CallAnswer } from '../../../shared/chains/call-answer.js';
import type { Chain, ChainStep, JsonObject } from '../../../shared/chains/chain.js';
import { manualEvent } from '../../../shared/chains/chain-event.js';
import type { CloudLooks } from '../../../shared/chains/cloud-looks.js';
import type { CallFunction, PassCounts } from '../../../shared/chains/engine.js';
import type { Follow } from '../../../shared/chains/follow.js';
import { runPass } from '../../../shared/chains/pass.js';
import type { RunRow, StepRow } from '../../../shared/chains/records.js';
import { startRun } from '../../../shared/chains/start-runs.js';
import type { OperationContext } from '../../../shared/operations/operation.js';
import type { Database } from '../../../shared/store/database.js';
import type { TestDatabase, TestStore } from '../store/test-databases.js';

/** A step with every default, and what is said of it here. */
export function step(fields: Partial<ChainStep> & Pick<ChainStep, 'name'>): ChainStep {
  return {
    function: 'start-stop-roma-tasks',
    input: { instance_id: 'roma-1', action_id: 'start', list: [{ task_id: 't-1' }] },
    until_finished: false,
    retry_failed: 0,
    timeout_s: 3600,
    on_failure: 'stop',
    ...fields,
  };
}

export function chain(name: string, steps: readonly ChainStep[], fields: Partial<Chain> = {}): Chain {
  return { name, description: '', trigger: { type: 'manual' }, max_runs_per_hour: 100, steps, ...fields };
}

/** What a ROMA step is answered where everything worked. */
export const allStarted: CallAnswer = {
  kind: 'answered',
  status: 200,
  body: { success_count: 1, failure_count: 0, success: [{ task_id: 't-1' }], failure: [], unanswered: [] },
};

/** A function that refuses what it was asked. */
export const refused: CallAnswer = {
  kind: 'rejected',
  by: 'function',
  code: 'REFUSED',
  message: 'not like this',
  status: 400,
};

export interface Call {
  readonly name: string;
  readonly input: JsonObject;
  readonly key: string | undefined;
}

/** An engine whose functions and clouds are made of what the test says, over a real database. */
export class EngineStage {
  readonly calls: Call[] = [];
  readonly polled: Follow[] = [];
  answer: (call: Call, index: number) => CallAnswer | Promise<CallAnswer> = () => allStarted;
  poll: (follow: Follow) => Follow = (follow) => follow;
  lookFor: (step: StepRow, follow: Follow) => Follow = (_step, follow) => follow;
  log: OperationContext['log'] = () => undefined;
  readonly database: Database;
  chains: readonly Chain[] = [];
  /** Milliseconds that the engine's clock is ahead of the database's. */
  ahead = 0;
  keysKept = true;

  constructor(database: Database) {
    this.database = database;
  }

  readonly call: CallFunction = async (name, input, key) => {
    this.calls.push({ name, input, key });
    return this.answer({ name, input, key }, this.calls.length - 1);
  };

  readonly looks: CloudLooks = {
    poll: async (follows) => {
      this.polled.push(...follows);
      return follows.map((follow) => this.poll(follow));
    },
    lookFor: async (row, follow) => this.lookFor(row, follow),
  };

  async start(which: Chain, event: JsonObject = {}): Promise<string> {
    this.chains = [...this.chains.filter((one) => one.name !== which.name), which];
    const run = await this.database.transaction((tx) => startRun(tx, which, manualEvent(event, randomUUID())));
    return run?.id ?? '';
  }

  /** One pass, after so many milliseconds. */
  async pass(afterMs = 0, remainingMs: () => number = () => 120_000): Promise<PassCounts> {
    this.ahead += afterMs;
    return runPass({
      database: this.database,
      chains: this.chains,
      call: this.call,
      looks: this.looks,
      log: this.log,
      now: () => Date.now() + this.ahead,
      random: () => 0.5,
      keysKept: this.keysKept,
      patienceMs: 0,
      sleep: async () => undefined,
      owner: randomUUID(),
      remainingMs,
    });
  }

  /** Passes, each after so many milliseconds, until the run is over or needs a person. */
  async passes(id: string, afterMs = 60_000, most = 50): Promise<RunRow> {
    for (let i = 0; i < most; i++) {
      await this.pass(i === 0 ? 0 : afterMs);
      const run = await this.run(id);
      if (run.state !== 'running') return run;
    }
    throw new Error(`the run is still ${(await this.run(id)).state} after ${most} passes`);
  }

  async run(id: string): Promise<RunRow> {
    const [run] = await this.database.query<RunRow>('SELECT * FROM chain_runs WHERE id = $1', [id]);
    if (!run) throw new Error(`there is no run ${id}`);
    return run;
  }

  async steps(id: string): Promise<readonly StepRow[]> {
    return this.database.query<StepRow>('SELECT * FROM chain_steps WHERE run_id = $1 ORDER BY position, item', [id]);
  }
}

/** What the tests of one describe work on. */
export interface EngineTests {
  /** There before the first test; its tables are empty before each. */
  test: TestDatabase;
  /** A fresh one before each test; a test may put another in its place. */
  stage: EngineStage;
}

/** Gives the describe that calls it a database of its own, and each of its tests an engine over it. */
export function engineTests(store: TestStore): EngineTests {
  const on = {} as EngineTests;
  beforeAll(async () => {
    on.test = await store.create();
  }, 120_000);
  afterAll(() => on.test.drop());
  beforeEach(async () => {
    await on.test.empty();
    on.stage = new EngineStage(on.test.database);
  });
  return on;
}
