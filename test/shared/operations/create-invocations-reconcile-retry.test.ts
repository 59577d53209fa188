import { expect, test } from 'vitest';
import { createInvocations } from '../../../shared/operations/create-invocations.js';
import { stage } from './fake-cloud.js';
import { lost, noon, queryOf, task, timing } from './lost-calls.js';

/** Retries while the first POST gets lost; a list by invocation id and one by instance id and type. */
async function retry(
  ids: string[],
  named: (id: string) => object[],
  ofServer: () => object[],
  answers: unknown = null,
) {
  const set = stage(
    (call) => {
      if (call.method === 'GET') {
        const { invocation_id } = queryOf(call);
        return { invocations: invocation_id ? named(invocation_id) : ofServer() };
      }
      if (answers) return answers;
      throw lost();
    },
    { timing },
  );
  const input = createInvocations.parse({ invocation_ids: ids, invocation_type: 'RETRY', on_unknown: 'reconcile' });
  return { ...(await createInvocations.run(input, set.context)), ...set };
}
const old = (id: string) => [
  task('s', { invocation_id: id, create_time: noon - 60_000, invocation_status: 'RUNNING', update_time: noon + 20 }),
];
const fresh = [task('s', { invocation_id: 'new', invocation_type: 'RETRY' })];

test('RETRY: a new task of the same server is the one, beside the id that was asked', async () => {
  const { body } = await retry(['old'], old, () => fresh);

  expect(body.invocations).toEqual([
    {
      instance_id: 's',
      invocation_id: 'new',
      ret_status: 'successful',
      reconciled: true,
      requested_invocation_id: 'old',
    },
  ]);
});

test('RETRY: the same id created anew is the one', async () => {
  const { body } = await retry(
    ['old'],
    () => [task('s', { invocation_id: 'old', invocation_type: 'RETRY' })],
    () => [],
  );

  expect(body.invocations[0]).toMatchObject({ invocation_id: 'old', reconciled: true });
});

test.each<[string, string[], (id: string) => object[], object[], RegExp]>([
  ['an old task that moved by itself', ['old'], old, [], /not a task of this type newer/],
  ['a task that is not in the list', ['old'], () => [], fresh, /not a task of this type newer/],
  ['one new task for two old ones', ['o1', 'o2'], old, fresh, /fits several of the ids/],
])('RETRY: %s proves nothing', async (_name, ids, named, ofServer, says) => {
  await expect(retry(ids, named, () => ofServer)).rejects.toThrow(says);
});

test('RETRY: a task that an answered row speaks of is not that of another id', async () => {
  const answers = { invocations: [{ instance_id: 's', invocation_id: 'o1', ret_status: 'successful' }] };
  const again = [task('s', { invocation_id: 'o1', invocation_type: 'RETRY' })];

  const { body } = await retry(['o1', 'o2'], old, () => again, answers);

  expect(body.invocations.map((row) => row.ret_status)).toEqual(['successful', 'unanswered']);
});
