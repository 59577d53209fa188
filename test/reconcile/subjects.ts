import { FleetbatchError } from '../../shared/client/errors.js';
import { createIefJob } from '../../shared/operations/create-ief-job.js';
import { createInvocations } from '../../shared/operations/create-invocations.js';
import type { OperationContext } from '../../shared/operations/operation.js';
import { startStopRomaTasks } from '../../shared/operations/start-stop-roma-tasks.js';
import type { OnUnknown, Stage } from './stage.js';

/** What an answer claims about the one thing that was asked for. */
export type Told = 'done' | 'refused' | 'unknown';

export interface Answered {
  readonly told: Told;
  /** The whole answer or the message of the error. */
  readonly text: string;
  readonly reconciled: boolean;
}

/** One POST operation, asked to do one thing, and how to see from outside whether the thing was done. */
export interface Subject {
  readonly name: string;
  /** The name of the POST in the cloud's log. */
  readonly post: string;
  /** Gets the cloud ready. */
  readonly prepare?: (stage: Stage) => Promise<void>;
  readonly run: (context: OperationContext, onUnknown: OnUnknown) => Promise<Answered>;
  /** How often the thing was done. */
  readonly effects: (stage: Stage) => Promise<number>;
  /** The command that a person is told to check with. */
  readonly check: string;
}

const project = '0123456789abcdef0123456789abcdef';
const realtimeTask = '0a1b2c3d4e5f60718293a4b5c6d7e8f0';
const runningTask = '11111111111111111111111111111111';
let failedTask = '';

async function answered(run: Promise<{ body: object }>, tell: (body: object) => Told): Promise<Answered> {
  try {
    const { body } = await run;
    const text = JSON.stringify(body);
    return { told: tell(body), text, reconciled: text.includes('"reconciled":true') };
  } catch (error) {
    if (!(error instanceof FleetbatchError)) throw error;
    return { told: error.outcome === 'unknown' ? 'unknown' : 'refused', text: error.message, reconciled: false };
  }
}

function create(name: string, ids: () => object, type: string, check: string, prepare?: Subject['prepare']): Subject {
  const tell = (body: object): Told => {
    const [row] = (body as { invocations: { ret_status: string }[] }).invocations;
    if (row?.ret_status === 'successful') return 'done';
    return row?.ret_status === 'error' ? 'refused' : 'unknown';
  };
  return {
    name,
    post: 'ces.createInvocations',
    ...(prepare ? { prepare } : {}),
    run: (context, on_unknown) => {
      const input = createInvocations.parse({ ...ids(), invocation_type: type, on_unknown });
      return answered(createInvocations.run(input, context), tell);
    },
    effects: async (stage) => (await stage.state()).invocations.filter((task) => task.invocation_type === type).length,
    check,
  };
}

function operate(action_id: 'start' | 'stop', task_id: string, done: string): Subject {
  const tell = (body: object): Told => {
    const { success, failure } = body as { success: object[]; failure: object[] };
    if (success.length === 1) return 'done';
    return failure.length === 1 ? 'refused' : 'unknown';
  };
  return {
    name: `start-stop-roma-tasks ${action_id}`,
    post: 'roma.batchOperation',
    run: (context, on_unknown) => {
      const input = { instance_id: 'roma-local-0001', action_id, list: [{ task_id }], on_unknown };
      return answered(startStopRomaTasks.run(startStopRomaTasks.parse(input), context), tell);
    },
    effects: async (stage) => {
      const tasks = (await stage.state()).fdi_tasks.filter((task) => task.key === `roma-local-0001/${task_id}`);
      return tasks.filter((task) => task.status === done).length;
    },
    check: `GET /v2/${project}/fdi/instances/roma-local-0001/tasks?task_id=${task_id}`,
  };
}

async function prepareFailedTask(stage: Stage): Promise<void> {
  const input = createInvocations.parse({ instance_ids: ['ecs-flaky-0001'], invocation_type: 'INSTALL' });
  await createInvocations.run(input, stage.context());
  stage.pass(10_000);
  failedTask = (await stage.state()).invocations[0]?.invocation_id ?? '';
}

const createJob: Subject = {
  name: 'create-ief-job',
  post: 'ief.createJob',
  run: (context, on_unknown) => {
    const job_content = { target_type: 'node', targets: [{ target_id: 'node-0001' }] };
    const input = createIefJob.parse({ job_name: 'upgrade', job_type: 'node_upgrade', job_content, on_unknown });
    return answered(createIefJob.run(input, context), () => 'done');
  },
  effects: async (stage) => (await stage.state()).jobs.length,
  check: `GET /v2/${project}/productmgr/jobs?sort=created_at:desc`,
};

export const install = create(
  'create-invocations INSTALL',
  () => ({ instance_ids: ['ecs-web-0001'] }),
  'INSTALL',
  'GET /agent-invocations?instance_id=ecs-web-0001',
);
const retry = create(
  'create-invocations RETRY',
  () => ({ invocation_ids: [failedTask] }),
  'RETRY',
  'GET /agent-invocations?invocation_id=invocation',
  prepareFailedTask,
);

export const subjects: readonly Subject[] = [
  install,
  retry,
  createJob,
  operate('start', realtimeTask, 'running'),
  operate('stop', runningTask, 'stop'),
];
