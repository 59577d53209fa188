import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../shared/chains/chain.js';
import type { Follow } from '../../../shared/chains/follow.js';
import { answerFrom, idsOf, startedWork, workInDoubt } from '../../../shared/chains/started-work.js';

const since = Date.UTC(2026, 10, 25);
const noAnswer = 'The call gave no answer.';
const noTask = 'The cloud gave no id of the task.';

describe('the work that an answer speaks of', () => {
  const byServer = { invocation_type: 'UPDATE', instance_ids: ['ecs-1'] };
  const byTask = { invocation_type: 'RETRY', invocation_ids: ['i-1'] };

  it.each<[string, JsonObject, JsonObject, object]>([
    [
      'started on a server',
      byServer,
      { instance_id: 'ecs-1', invocation_id: 'i-1', ret_status: 'successful' },
      { tasks: [{ instance_id: 'ecs-1', invocation_id: 'i-1', since }] },
    ],
    [
      'retried under its old id',
      byTask,
      { invocation_id: 'i-1', ret_status: 'successful' },
      { tasks: [{ invocation_id: 'i-1', since, reused: true }] },
    ],
    [
      'retried under a new id',
      byTask,
      { requested_invocation_id: 'i-1', invocation_id: 'i-2', ret_status: 'successful' },
      { tasks: [{ invocation_id: 'i-2', since }] },
    ],
    [
      'refused',
      byServer,
      { instance_id: 'ecs-1', ret_status: 'error', error_code: 'CES.1', error_msg: 'no agent' },
      { refused: [{ id: 'ecs-1', reason: 'CES.1: no agent' }] },
    ],
    [
      'successful without an id',
      byServer,
      { instance_id: 'ecs-1', ret_status: 'successful' },
      { doubt: [{ id: 'ecs-1', reason: noTask }] },
    ],
    [
      'unanswered for a reason',
      byTask,
      { requested_invocation_id: 'i-1', ret_status: 'unknown', reason: 'timed out' },
      { doubt: [{ id: 'i-1', reason: 'timed out' }] },
    ],
  ])('is sorted by its row: %s', (_case, input, answered, expected) => {
    const work = startedWork('create-invocations', { input, since }, { invocations: [answered] });
    const nothing = { tasks: [], refused: [], doubt: [] };
    expect(work).toEqual({ kind: 'ces', type: input.invocation_type, ...nothing, ...expected });
  });

  it.each<[string, Json]>([
    ['is no object', 'done'],
    ['has no rows', {}],
    ['has rows that are no objects', { invocations: ['i-1', null] }],
  ])('is empty where the answer %s', (_case, body) => {
    const work = startedWork('create-invocations', { input: {}, since }, body);
    expect(work).toEqual({ kind: 'ces', type: '', tasks: [], refused: [], doubt: [] });
  });

  it.each<[string, JsonObject, Json, object]>([
    ['with its id', {}, { job_id: 'j-1' }, { job_id: 'j-1' }],
    ['in doubt without an id', {}, { job_id: null }, {}],
    ['in the instance of its input', { ief_instance_id: 'edge-1' }, {}, { ief_instance_id: 'edge-1' }],
  ])('is a batch job %s', (_case, fields, body, expected) => {
    const input = { job_name: 'job', job_type: 'node_upgrade', ...fields };
    const job = { kind: 'ief', job_name: 'job', job_type: 'node_upgrade' };
    expect(startedWork('create-ief-job', { input, since }, body)).toEqual({ ...job, ...expected });
  });

  it.each([
    ['start', 'start'],
    ['stop', 'stop'],
  ])('is the ROMA tasks of each list of the answer: %s', (action_id, action) => {
    const body = {
      success: [{ task_id: 't-1' }],
      failure: [{ task_id: 't-2', error_code: 'FDI.1', error_msg: 'locked' }],
      unanswered: [{ task_id: 't-3', reason: 'timed out' }],
    };
    const work = startedWork('start-stop-roma-tasks', { input: { instance_id: 'roma-1', action_id }, since }, body);
    expect(work).toEqual({
      ...{ kind: 'roma', instance_id: 'roma-1', action, task_ids: ['t-1'], reached: [] },
      refused: [{ id: 't-2', reason: 'FDI.1: locked' }],
      doubt: [{ id: 't-3', reason: 'timed out' }],
    });
  });

  it('is none for a function that only reads', () => {
    expect(startedWork('list-invocations', { input: {}, since }, {})).toBeUndefined();
  });
});

describe('the work of a call without an answer', () => {
  it.each<[string, string, JsonObject, object | undefined]>([
    [
      'every server',
      'create-invocations',
      { instance_ids: ['ecs-1', 7] },
      { doubt: [{ id: 'ecs-1', reason: noAnswer }] },
    ],
    ['every task', 'create-invocations', { invocation_ids: ['i-1'] }, { doubt: [{ id: 'i-1', reason: noAnswer }] }],
    ['nothing where no id was sent', 'create-invocations', {}, undefined],
    [
      'nothing where hosts were named',
      'create-invocations',
      { instance_ids: ['ecs-1'], remote_install_meta: [{ ip: '10.0.0.1' }] },
      undefined,
    ],
    ['the job by its name', 'create-ief-job', { job_name: 'job' }, { kind: 'ief', job_name: 'job' }],
    [
      'every ROMA task',
      'start-stop-roma-tasks',
      { action_id: 'stop', list: [{ task_id: 't-1' }] },
      { action: 'stop', task_ids: [], doubt: [{ id: 't-1', reason: noAnswer }] },
    ],
    ['nothing of a function that only reads', 'list-invocations', {}, undefined],
  ])('puts in doubt %s', (_case, name, input, expected) => {
    const work = workInDoubt(name, { input, since });
    if (expected) expect(work).toMatchObject(expected);
    else expect(work).toBeUndefined();
  });

  it.each<[JsonObject, string[]]>([
    [{ invocation_ids: ['i-1'], instance_ids: ['ecs-1'] }, ['i-1']],
    [{ invocation_ids: [], instance_ids: ['ecs-1'] }, ['ecs-1']],
    [{}, []],
  ])('goes by the ids of tasks before those of servers: %j', (input, ids) => {
    expect(idsOf(input)).toEqual(ids);
  });
});

describe('the answer that a look stands in for', () => {
  const job = { kind: 'ief', job_name: 'job', job_type: 'node_upgrade' } as const;
  it.each<[string, Follow, JsonObject]>([
    ['a job', { ...job, job_id: 'j-1' }, { job_id: 'j-1', job_name: 'job', created_at: null, reconciled: true }],
    ['a job in doubt', job, { job_id: null, job_name: 'job', created_at: null, reconciled: true }],
    [
      'ROMA tasks',
      {
        ...{ kind: 'roma', instance_id: 'roma-1', action: 'start', task_ids: ['t-1'], reached: [], doubt: [] },
        refused: [{ id: 't-2', reason: 'locked' }],
      },
      {
        ...{ success_count: 1, failure_count: 1, unanswered: [] },
        success: [{ task_id: 't-1', reconciled: true }],
        failure: [{ task_id: 't-2', error_msg: 'locked' }],
      },
    ],
    [
      'Agent tasks',
      {
        ...{ kind: 'ces', type: 'UPDATE', refused: [{ id: 'ecs-3', reason: 'no agent' }], doubt: [] },
        tasks: [
          { instance_id: 'ecs-1', invocation_id: 'i-1', since },
          { invocation_id: 'i-2', since },
        ],
      },
      {
        invocations: [
          { instance_id: 'ecs-1', invocation_id: 'i-1', ret_status: 'successful', reconciled: true },
          { instance_id: '', invocation_id: 'i-2', ret_status: 'successful', reconciled: true },
        ],
        summary: { requested: 3, successful: 2, failed: 1, unanswered: 0 },
      },
    ],
  ])('has the shape of the function for %s', (_case, follow, expected) => {
    expect(answerFrom(follow)).toEqual(expected);
  });
});
