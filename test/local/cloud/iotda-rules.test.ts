import { afterEach, beforeEach, expect, test } from 'vitest';
import { send } from './cloud-under-test.js';
import { type Iotda, startIotda } from './iotda-calls.js';

let iotda: Iotda;
beforeEach(async () => {
  iotda = await startIotda();
});
afterEach(() => iotda.close());

test('a rule begins inactive, is activated with an action, and forwards every change', async () => {
  const rule = await iotda.newRule();
  const before = (await iotda.call('GET', `/routing-rule/rules/${rule}`)).json.active;
  await iotda.newAction(rule);
  const active = await iotda.call('PUT', `/routing-rule/rules/${rule}`, { active: true });
  await iotda.newTask();
  const pushed = await iotda.pushesAfter(500, 1000, 2000);
  expect([before, active.json.active, pushed]).toEqual([false, true, ['Waitting', 'Processing', 'Success']]);
});

test('a push has the shape of the page, with both times', async () => {
  await iotda.forward();
  const task_id = await iotda.newTask();
  await iotda.pushesAfter(500);
  expect(iotda.receiver.bodies()).toEqual([
    {
      resource: 'batchtask',
      event: 'update',
      event_time: '20261120T100000Z',
      event_time_ms: '2026-11-20T10:00:00.500Z',
      request_id: expect.any(String),
      notify_data: {
        body: { app_id: 'app-local-0001', task_id, task_type: 'softwareUpgrade', status: 'Waitting', status_desc: '' },
      },
    },
  ]);
});

test('a rule without an action cannot be activated', async () => {
  const reply = await iotda.call('PUT', `/routing-rule/rules/${await iotda.newRule()}`, { active: true });
  expect(reply).toMatchObject({ status: 400, json: { error_code: 'IOTDA.000006' } });
});

test('a deleted rule forwards nothing and its actions are gone', async () => {
  const rule = await iotda.forward();
  const gone = await iotda.call('DELETE', `/routing-rule/rules/${rule}`);
  await iotda.newTask();
  const pushed = await iotda.pushesAfter(5000);
  const actions = await iotda.call('GET', '/routing-rule/actions');
  expect([gone.status, pushed, actions.json.count]).toEqual([204, [], 0]);
});

test('a deleted action forwards nothing', async () => {
  const rule = await iotda.newRule();
  const { action_id } = (await iotda.newAction(rule)).json;
  const gone = [
    await iotda.call('DELETE', `/routing-rule/actions/${action_id}`),
    await iotda.call('DELETE', `/routing-rule/actions/${action_id}`),
  ];
  expect(gone.map((reply) => reply.status)).toEqual([204, 404]);
});

test('the token of an action is never shown', async () => {
  const rule = await iotda.newRule();
  const created = await iotda.newAction(rule, { signature_enable: true, token: 'secrettoken' });
  const listed = await iotda.call('GET', `/routing-rule/actions?rule_id=${rule}`);
  const local = await send(iotda.cloud, { target: '/_local/state', unsigned: true });
  expect([created.text, listed.text, local.text].some((text) => text.includes('secrettoken'))).toBe(false);
});

test.each([
  ['an address without a path', { url: 'http://127.0.0.1:80' }],
  ['another protocol', { url: 'ftp://host/path' }],
  ['a token with a hyphen', { token: 'a-b-c' }],
])('an action with %s is refused', async (_name, forwarding) => {
  expect((await iotda.newAction(await iotda.newRule(), forwarding)).status).toBe(400);
});

test('rules are listed by name and state, and unknown ones are not found', async () => {
  await iotda.forward();
  await iotda.newRule();
  const active = await iotda.call('GET', '/routing-rule/rules?active=true&resource=batchtask&event=update&rule_name=r');
  const unknown = [
    await iotda.call('GET', '/routing-rule/rules/x'),
    await iotda.call('PUT', '/routing-rule/rules/x', {}),
    await iotda.newAction('x'),
  ];
  expect([active.json.count, unknown.map((reply) => reply.json.error_code)]).toEqual([
    1,
    Array(3).fill('IOTDA.010002'),
  ]);
});

test.each([
  ['select', { subject: { resource: 'batchtask', event: 'update' }, select: '*' }],
  ['no subject', {}],
  ['an application rule without its application', { subject: { resource: 'a', event: 'b' }, app_type: 'APP' }],
])('a rule with %s is refused', async (_name, body) => {
  expect((await iotda.call('POST', '/routing-rule/rules', body)).status).toBe(400);
});

test('registering a push again only moves it', async () => {
  iotda.cloud.registerPush({ url: 'http://127.0.0.1:9/old' });
  iotda.cloud.registerPush({ url: iotda.receiver.url, token: 'localpushtoken' });
  iotda.cloud.createBatchTask({
    app_id: 'app-local-0001',
    task_name: 't',
    task_type: 'softwareUpgrade',
    targets: ['dev-0001'],
  });
  const pushed = await iotda.pushesAfter(500);
  const rules = await iotda.call('GET', '/routing-rule/rules');
  expect([pushed, rules.json.count, iotda.receiver.received[0]?.headers.signature?.length]).toEqual([
    ['Waitting'],
    1,
    64,
  ]);
});

test('a push address without a path cannot be registered', () => {
  expect(() => iotda.cloud.registerPush({ url: 'http://127.0.0.1:3000' })).toThrow(
    /needs http or https, a host and a path/,
  );
});
test('a reset brings the registered push back', async () => {
  iotda.cloud.registerPush({ url: iotda.receiver.url });
  await send(iotda.cloud, { method: 'POST', target: '/_local/reset', unsigned: true });
  await iotda.newTask();
  expect(await iotda.pushesAfter(500)).toEqual(['Waitting']);
});
