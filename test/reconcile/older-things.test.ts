import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { destroyPools } from '../../shared/client/pools.js';
import { createInvocations } from '../../shared/operations/create-invocations.js';
import { openStage, type Stage } from './stage.js';
import { install, subjects } from './subjects.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
  await destroyPools();
});
beforeEach(() => stage.reset());

const creating = subjects.filter(({ name }) => name.includes('create'));

test.each(creating)('$name: what another call made a moment before is not taken for ours', async (subject) => {
  await subject.prepare?.(stage);
  await subject.run(stage.context(), 'report');
  await stage.fault({ operation: subject.post, reset: 'before' });

  const { told, text } = await subject.run(stage.context(), 'reconcile');

  expect({ told, effects: await subject.effects(stage) }).toEqual({ told: 'unknown', effects: 1 });
  expect(text).toMatch(/Looked: there is not a (task of this type|job of this name) newer than the call/);
});

test.each(creating)('$name: what another call made just now does not hide ours', async (subject) => {
  await subject.prepare?.(stage);
  await subject.run(stage.context(), 'report');
  await stage.fault({ operation: subject.post, reset: 'after-effect' });

  const { told, reconciled } = await subject.run(stage.context(), 'reconcile');

  expect({ told, reconciled, effects: await subject.effects(stage) }).toEqual({
    told: 'done',
    reconciled: true,
    effects: 2,
  });
});

test('a newer task of another type is not ours', async () => {
  await stage.fault({ operation: 'ces.createInvocations', reset: 'before' });
  const update = createInvocations.parse({
    instance_ids: ['ecs-web-0001'],
    invocation_type: 'UPDATE',
    on_unknown: 'reconcile',
  });
  const context = stage.context();
  const { cloud } = context;
  const besides = {
    ...context,
    cloud: {
      ...cloud,
      // Another caller installs on the same server while our call is on its way.
      send: async (call: Parameters<typeof cloud.send>[0]) => {
        const answer = cloud.send(call);
        if (call.method === 'POST') await answer.catch(() => install.run(stage.context(), 'report'));
        return answer;
      },
    },
  };

  await expect(createInvocations.run(update, besides)).rejects.toThrow(/not a task of this type newer than the call/);
  expect(await install.effects(stage)).toBe(1);
});

test('a cloud whose clock runs ahead makes nobody claim an old task', async () => {
  await fetch(`${stage.cloud.url}/_local/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"advance_ms":60000}',
  });
  await install.run(stage.context(), 'report');
  await stage.fault({ operation: install.post, reset: 'before' });

  const { told, text } = await install.run(stage.context(), 'reconcile');

  expect(told).toBe('unknown');
  expect(text).toContain('the clocks differ too much');
});
