import type { FdiTask, IefJob, State } from './state.js';

/** How the sample fleet behaves. Any other well-formed id is a server, node or task on demand that simply works. */
export interface Fleet {
  /** Servers whose Agent task is refused when it is created. */
  readonly unsuitableServers: ReadonlySet<string>;
  /** Servers whose first run ends FAILED and whose retry succeeds. */
  readonly flakyServers: ReadonlySet<string>;
  /** Servers whose every run ends TIMEOUT. */
  readonly slowServers: ReadonlySet<string>;
  /** IEF nodes on which every task fails. */
  readonly brokenNodes: ReadonlySet<string>;
  /** IoTDA applications and their devices; a batch task fails on a device that is not here. */
  readonly devices: ReadonlyMap<string, ReadonlySet<string>>;
}

export const sampleFleet: Fleet = {
  unsuitableServers: new Set(['ecs-old-0001']),
  flakyServers: new Set(['ecs-flaky-0001']),
  slowServers: new Set(['ecs-slow-0001']),
  brokenNodes: new Set(['node-broken-0001']),
  devices: new Map([['app-local-0001', new Set(['dev-0001', 'dev-0002', 'dev-0003', 'dev-0004', 'dev-0005'])]]),
};

type Sample = Pick<FdiTask, 'task_id' | 'task_name' | 'task_type' | 'has_plan' | 'reachable' | 'status'>;

const plain = { task_type: 'realtime', has_plan: false, reachable: true, status: 'stop' } as const;

const sampleTasks: readonly Sample[] = [
  {
    ...plain,
    task_id: '49460e99d597464d885f871dd6acc894',
    task_name: 'nightly-orders',
    task_type: 'timing',
    has_plan: true,
  },
  { ...plain, task_id: '0a1b2c3d4e5f60718293a4b5c6d7e8f0', task_name: 'live-stock' },
  { ...plain, task_id: '11111111111111111111111111111111', task_name: 'live-prices', status: 'running' },
  { ...plain, task_id: '22222222222222222222222222222222', task_name: 'no-plan-yet', task_type: 'timing' },
  { ...plain, task_id: '33333333333333333333333333333333', task_name: 'lost-source', reachable: false },
];

/** A task on demand, stopped and in order. */
export function taskOnDemand(instanceId: string, taskId: string, now: number): FdiTask {
  return asFdiTask(instanceId, { ...plain, task_id: taskId, task_name: `task-${taskId.slice(0, 8)}` }, now);
}

function asFdiTask(instanceId: string, sample: Sample, now: number): FdiTask {
  const execute_status = sample.status === 'running' ? 'RUNNING' : 'UNSTARTED';
  return {
    ...sample,
    key: `${instanceId}/${sample.task_id}`,
    instance_id: instanceId,
    execute_status,
    created_ms: now,
  };
}

/** Gives a ROMA instance its sample tasks, unless it has tasks already. */
export function seedRomaInstance(state: State, instanceId: string, now: number): void {
  for (const sample of sampleTasks) {
    const task = asFdiTask(instanceId, sample, now);
    if (!state.fdiTasks.has(task.key)) state.fdiTasks.set(task.key, task);
  }
}

/** The job of the example of the IEF show page, over for long and found by its id alone, so that a sample of a call shows something. */
export const sampleJob: IefJob = {
  job_id: '66273c66-4a5c-4f5e-9f8a-1f0f6f0b8a11',
  job_name: 'deploy-sample',
  job_type: 'deployment_deploy',
  ief_instance_id: '',
  description: '',
  tags: [],
  target_type: 'node',
  created_ms: 1_667_218_308_000,
  tasks: ['node-0001', 'node-0002'].map((target_id, i) => ({
    task_id: `66273c66-0000-4000-8000-00000000000${i}`,
    task_name: `deploy-sample-${i}`,
    target_id,
    extension_info: [],
    fails: false,
  })),
};
