import { localAccount } from '../../local/cloud/account.js';
import { type Cloud, startCloud } from '../../local/cloud/start-cloud.js';
import type { Snapshot } from '../../local/cloud/state.js';
import { createCloudClient } from '../../shared/client/create-cloud-client.js';
import type { OperationContext } from '../../shared/operations/operation.js';
import { startTwistingProxy, type TwistingProxy } from './twisting-proxy.js';

export type OnUnknown = 'report' | 'reconcile';

/** One call in the emulated cloud's own log. */
export interface Asked {
  readonly operation: string;
  readonly method: string;
  readonly query: string;
}

/** The emulated cloud, a gateway in front of it, and one clock for all three; it is put on instead of waited for. */
export interface Stage {
  readonly cloud: Cloud;
  readonly proxy: TwistingProxy;
  /** When the time of the invocation is over, epoch milliseconds of the real clock; never where it is undefined. */
  deadline: number | undefined;
  /** Lets time pass for cloud and function. */
  pass(ms: number): void;
  /** A context whose calls go straight to the cloud, or through the gateway. */
  context(through?: 'gateway'): OperationContext;
  fault(fault: object): Promise<void>;
  state(): Promise<Snapshot>;
  asked(): Promise<Asked[]>;
  /** Empties the cloud and its log. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  let passed = 0;
  const now = () => Date.now() + passed;
  const cloud = await startCloud({ port: 0, clock: now });
  const proxy = await startTwistingProxy(cloud.url);
  const local = (path: string, init?: RequestInit) => fetch(`${cloud.url}/_local/${path}`, init);
  const credentials = { ak: localAccount.ak, sk: localAccount.sk };
  const stage: Stage = {
    cloud,
    proxy,
    deadline: undefined,
    pass: (ms) => {
      passed += ms;
    },
    context: (through) => ({
      cloud: createCloudClient({
        auth: { mode: 'aksk', credentials },
        projectId: localAccount.project,
        endpoint: () => new URL(through ? proxy.url : cloud.url),
        remainingMs: () => (stage.deadline === undefined ? 5_000 : stage.deadline - Date.now()),
      }),
      region: 'cn-north-4',
      setting: () => undefined,
      log: () => undefined,
      timing: { now, sleep: async (ms) => stage.pass(ms) },
    }),
    fault: async (fault) => {
      const headers = { 'content-type': 'application/json' };
      const reply = await local('faults', { method: 'POST', headers, body: JSON.stringify(fault) });
      if (reply.status !== 201) throw new Error(`the fault was refused: ${await reply.text()}`);
    },
    state: async () => (await local('state')).json() as Promise<Snapshot>,
    asked: async () => ((await (await local('requests')).json()) as { requests: Asked[] }).requests,
    reset: async () => {
      proxy.twist = undefined;
      stage.deadline = undefined;
      await local('reset', { method: 'POST' });
      await local('faults', { method: 'DELETE' });
      await local('requests', { method: 'DELETE' });
    },
    close: async () => {
      await proxy.close();
      await cloud.close();
    },
  };
  return stage;
}
