import { expect, test } from 'vitest';
import { CloudTimeoutError } from '../../../shared/client/errors.js';
import { createInvocations } from '../../../shared/operations/create-invocations.js';
import { stage } from './fake-cloud.js';

const row = (invocation_id: string) => ({ invocation_id, ret_status: 'successful' });

test('a row about a task of another call answers for no task: not for its own, and not for the one in its place', async () => {
  const ids = Array.from({ length: 101 }, (_, index) => `old-${index}`);
  const { context } = stage((call) => {
    const { invocation_ids } = call.body as { invocation_ids: string[] };
    if (invocation_ids.length > 1) throw new CloudTimeoutError('late', 'unknown', { service: 'ces' });
    return { invocations: [row('old-0')] };
  });

  const input = createInvocations.parse({ invocation_type: 'ROLLBACK', invocation_ids: ids });
  const { status, body } = await createInvocations.run(input, context);

  expect(status).toBe(207);
  expect(body.summary).toEqual({ requested: 101, successful: 0, failed: 0, unanswered: 101 });
  expect(body.invocations[101]).toEqual(row('old-0'));
});
