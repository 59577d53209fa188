import { describe, expect, test } from 'vitest';
import { batchCreateRequest, createInvocationsInput } from '../../../shared/schemas/ces-create-invocations.js';
import { checkInput } from '../../../shared/schemas/check-input.js';
import { batchJobRequest, createIefJobInput } from '../../../shared/schemas/ief-jobs.js';
import { operateTasksRequest, startStopInput } from '../../../shared/schemas/roma-tasks.js';

const install = { instance_ids: ['a'], invocation_type: 'INSTALL' };
const job = {
  job_name: 'aaa',
  job_type: 'node_upgrade',
  job_content: { target_type: 'node', targets: [{ target_id: 'n1' }] },
};
const start = { action_id: 'start', list: [{ task_id: 't' }] };

const inputs = [
  { name: 'create-invocations', ours: createInvocationsInput, theirs: batchCreateRequest, input: install },
  { name: 'create-ief-job', ours: createIefJobInput, theirs: batchJobRequest, input: job },
  { name: 'start-stop-roma-tasks', ours: startStopInput, theirs: operateTasksRequest, input: start },
];

describe.each(inputs)('on_unknown of $name', ({ ours, theirs, input }) => {
  test.each(['report', 'reconcile'])('%s is taken by us and unknown to the cloud', (on_unknown) => {
    expect(checkInput(ours, { ...input, on_unknown })).toMatchObject({ ok: true, value: { on_unknown } });
    expect(checkInput(theirs, { ...input, on_unknown })).toMatchObject({ ok: false, errors: [{ path: 'on_unknown' }] });
  });

  test.each([null, '', 'Reconcile', true, ['report']])('%j is refused by its name', (on_unknown) => {
    expect(checkInput(ours, { ...input, on_unknown })).toMatchObject({ ok: false, errors: [{ path: 'on_unknown' }] });
  });

  test('it can be left out', () => {
    expect(checkInput(ours, input)).toMatchObject({ ok: true });
  });
});

test.each([
  { isolate: true, ok: true },
  { isolate: false, ok: true },
  { isolate: 'true', ok: false },
  { isolate: null, ok: false },
])('isolate $isolate is taken: $ok', ({ isolate, ok }) => {
  expect(checkInput(startStopInput, { ...start, isolate }).ok).toBe(ok);
});
