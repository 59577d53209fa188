import { describe, expect, it } from 'vitest';
import type { Follow, FollowedTask, LostItem } from '../../../shared/chains/follow.js';
import { doubtIn, failedIn, goingOn, hasFailed, listed, successesIn } from '../../../shared/chains/progress.js';

const lost: LostItem = { id: 'x-1', reason: 'lost' };

function ces(task: Partial<FollowedTask>, type = 'UPDATE'): Follow {
  return { kind: 'ces', type, tasks: [{ invocation_id: 'i-1', since: 0, ...task }], refused: [], doubt: [] };
}
function ief(fields: Partial<Extract<Follow, { kind: 'ief' }>>): Follow {
  return { kind: 'ief', job_name: 'job', job_type: 'node_upgrade', ...fields };
}
function roma(action: 'start' | 'stop', ...reached: string[]): Follow {
  return { kind: 'roma', instance_id: 'roma-1', action, task_ids: ['t-1'], reached, refused: [lost], doubt: [lost] };
}
const noTasks = { total: 0, successful: 0, failed: [] };

describe('the progress of followed work', () => {
  it.each<[string, Follow, LostItem[], LostItem[], number]>([
    ['a task not shown yet', ces({}), [{ id: 'i-1', reason: 'PENDING' }], [], 0],
    ['a task with an unknown word', ces({ status: 'ODD' }), [{ id: 'i-1', reason: 'ODD' }], [], 0],
    ['a task that succeeded', ces({ status: 'SUCCEEDED' }), [], [], 1],
    ['a rollback that was rolled back', ces({ status: 'ROLLBACKED' }, 'ROLLBACK'), [], [], 1],
    ['an update that was rolled back', ces({ status: 'ROLLBACKED' }), [], [{ id: 'i-1', reason: 'ROLLBACKED' }], 0],
    [
      'a task that failed',
      ces({ instance_id: 'ecs-1', status: 'FAILED', message: 'no disk' }),
      [],
      [{ id: 'ecs-1', reason: 'FAILED: no disk' }],
      0,
    ],
    ['a ROMA task to start', roma('start'), [{ id: 't-1', reason: 'not running yet' }], [lost], 0],
    ['a ROMA task to stop', roma('stop'), [{ id: 't-1', reason: 'not stopped yet' }], [lost], 0],
    ['a ROMA task that is there', roma('stop', 't-1'), [], [lost], 1],
    ['a job without a state', ief({}), [{ id: 'job', reason: 'Waiting' }], [], 0],
    ['a running job', ief({ job_id: 'j-1', status: 'Running' }), [{ id: 'j-1', reason: 'Running' }], [], 0],
    [
      'a job that is over, its tasks not counted',
      ief({ job_id: 'j-1', status: 'Failed' }),
      [{ id: 'j-1', reason: 'Failed' }],
      [],
      0,
    ],
    ['a successful job', ief({ status: 'Successful', tasks: { ...noTasks, total: 2, successful: 2 } }), [], [], 2],
    [
      'a job with failed tasks',
      ief({ status: 'Partially_successful', tasks: { total: 2, successful: 1, failed: [lost] } }),
      [],
      [lost],
      1,
    ],
    [
      'a stopped job without tasks',
      ief({ job_id: 'j-1', status: 'Stopped', tasks: noTasks }),
      [],
      [{ id: 'j-1', reason: 'Stopped' }],
      0,
    ],
    ['a failed job without an id', ief({ status: 'Failed', tasks: noTasks }), [], [{ id: '', reason: 'Failed' }], 0],
  ])('tells what goes on, failed and succeeded: %s', (_case, follow, open, failed, successes) => {
    expect(goingOn(follow)).toEqual(open);
    expect(failedIn(follow)).toEqual(failed);
    expect(successesIn(follow)).toBe(successes);
  });

  it.each([
    ['FAILED', true],
    ['TIMEOUT', true],
    ['CANCELED', true],
    ['ROLLBACKED', false],
    [undefined, false],
  ])('takes a task for failed by its word: %s', (status, failed) => {
    expect(hasFailed({ invocation_id: 'i-1', since: 0, ...(status ? { status } : {}) })).toBe(failed);
  });

  it.each<[string, Follow, LostItem[]]>([
    ['the ids of the call', roma('start'), [lost]],
    ['no job with an id', ief({ job_id: 'j-1' }), []],
    ['a job without an id', ief({}), [{ id: 'job', reason: 'The call gave no answer.' }]],
  ])('has in doubt %s', (_case, follow, doubt) => {
    expect(doubtIn(follow)).toEqual(doubt);
  });
});

describe('a list of items in words', () => {
  const items = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `x-${i}`, reason: '' }));
  it.each<[string, LostItem[], string]>([
    ['nothing', [], ''],
    ['a reason', [lost], 'x-1 (lost)'],
    ['five', items(5), 'x-0, x-1, x-2, x-3, x-4'],
    ['more than five', items(7), 'x-0, x-1, x-2, x-3, x-4 and 2 more'],
  ])('is short: %s', (_case, all, words) => {
    expect(listed(all)).toBe(words);
  });
});
