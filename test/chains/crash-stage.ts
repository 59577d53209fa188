import { startCloud } from '../../local/cloud/start-cloud.js';
import type { Chain } from '../../shared/chains/chain.js';
import { listRuns } from '../../shared/chains/runs.js';
import { chain, step } from '../shared/chains/engine-stage.js';
import type { TestDatabase } from '../shared/store/test-databases.js';
import { type EngineOrder, runEngine } from './engine-process.js';
import { hostFunctions } from './function-host.js';
import type { AtPoint } from './points.js';

const roma = { instance_id: 'roma-crash', list: [{ task_id: '11111111111111111111111111111111' }] };

/** Stops a ROMA task, upgrades Agents of which one fails at first, deploys to the edge, starts the task: each followed to its end. */
export const crashChain: Chain = chain('crash', [
  step({ name: 'stop', input: { ...roma, action_id: 'stop' }, until_finished: true }),
  step({
    name: 'upgrade',
    function: 'create-invocations',
    input: { invocation_type: 'UPDATE', instance_ids: ['ecs-web-0001', 'ecs-flaky-0001'] },
    until_finished: true,
    retry_failed: 1,
  }),
  step({
    name: 'deploy',
    function: 'create-ief-job',
    input: {
      job_name: "{% 'crash-' & run.mark %}",
      job_type: 'node_upgrade',
      // To reconcile, the function waits for the next full second of IEF's clock, in every play.
      on_unknown: 'report',
      job_content: { target_type: 'node', targets: "{% [event.nodes.{'target_id': $}] %}" },
    },
    until_finished: true,
  }),
  step({ name: 'start', input: { ...roma, action_id: 'start' }, until_finished: true }),
]);

/** How one play of the chain ended: the state of its run, and what reached the clouds, each change with how often it was made. */
export interface Ending {
  readonly state: string;
  readonly reason: string | null;
  readonly runs: number;
  readonly effects: Readonly<Record<string, number>>;
}

/** What an engine does in the place of a pass; the usual one runs it here. */
export type Play = (order: EngineOrder, atPoint: AtPoint) => Promise<void>;

const minuteMs = 65_000;
const mostPasses = 60;
const changes = ['ces.createInvocations', 'ief.createJob', 'roma.batchOperation'];

/**
 * The emulated cloud, our functions, and a database, for many plays of the chain, one after the other.
 * @param engineUrl the same database, under the name that the engines' connections have
 */
export async function openCrashStage(test: Pick<TestDatabase, 'database' | 'empty'>, engineUrl: string) {
  const cloud = await startCloud({ port: 0, throttle: { limit: 100_000, seconds: 1 } });
  const { ak, sk, project, region } = cloud.account;
  const settings: Record<string, string> = {
    HUAWEICLOUD_SDK_AK: ak,
    HUAWEICLOUD_SDK_SK: sk,
    HUAWEICLOUD_SDK_PROJECT_ID: project,
    HUAWEICLOUD_REGION: region,
    CES_ENDPOINT: cloud.url,
    IEF_ENDPOINT: cloud.url,
    ROMA_ENDPOINT: cloud.url,
    DATABASE_URL: engineUrl,
  };
  const host = await hostFunctions(() => settings);
  settings.FUNCTIONGRAPH_ENDPOINT = host.url;

  async function effects(): Promise<Record<string, number>> {
    const log = await fetch(`${cloud.url}/_local/requests?limit=500`);
    const { requests } = (await log.json()) as { requests: { operation: string; status?: number; body?: unknown }[] };
    const counted: Record<string, number> = {};
    for (const { operation, status = 0, body } of requests) {
      if (!changes.includes(operation) || status >= 300) continue;
      // Names and ids differ from play to play; what is done to what does not.
      const what = JSON.stringify(body).replaceAll(/crash-[0-9a-f]{8}|invocation[0-9a-f]{22}/g, '…');
      counted[`${operation} ${what}`] = (counted[`${operation} ${what}`] ?? 0) + 1;
    }
    return counted;
  }

  /** Starts the chain and lets engines work on it, minute after minute, until its run is over or needs a person. */
  async function play(engine: Play = runEngine, atPoint: AtPoint = () => undefined): Promise<Ending> {
    await test.empty();
    await fetch(`${cloud.url}/_local/reset`, { method: 'POST' });
    const order = { settings, chains: [crashChain], aheadMs: 0 };
    const event = { chain: 'crash', event: { nodes: 'node-0001' }, key: 'the push' };
    const answered = await engine({ ...order, start: event }, atPoint).then(
      () => true,
      () => false,
    );
    const { total } = await listRuns(test.database);
    if (answered && total === 0) throw new Error('the push was answered, and there is no run');
    // Whoever had no answer sends again.
    if (!answered) await runEngine({ ...order, start: event }, () => undefined);
    for (let pass = 0; pass < mostPasses; pass++) {
      await engine({ ...order, aheadMs: pass * minuteMs }, atPoint).catch(() => undefined);
      const { runs, total: all } = await listRuns(test.database);
      const [run] = runs;
      if (!run) throw new Error('the run is gone');
      const { state, reason } = run;
      if (state !== 'running') return { state, reason, runs: all, effects: await effects() };
      cloud.advance(minuteMs);
    }
    throw new Error(`the run is not over after ${mostPasses} passes`);
  }

  return {
    play,
    close: async () => {
      await host.close();
      await cloud.close();
    },
  };
}

export type CrashStage = Awaited<ReturnType<typeof openCrashStage>>;
