import { beforeEach, describe, expect, it } from 'vitest';
import { project, send, type TestReply } from './cloud-under-test.js';
import { create, functionGraphTests, urnOf } from './functiongraph-under-test.js';

const on = functionGraphTests();
beforeEach(() => create(on.cloud));

const of = (name: string) => `/v2/${project}/fgs/triggers/${urnOf(name)}:latest`;
const echo = of('echo');

const timer = { name: 'nightly', schedule_type: 'Cron', schedule: '0 30 2 * * *', user_event: '{"a":1}' };
const route = { name: 'say_it', group_id: 'g', path: '/say', req_method: 'POST', auth: 'IAM', match_mode: 'NORMAL' };

function add(trigger_type_code: string, event_data: unknown, more: object = {}, target = echo): Promise<TestReply> {
  return send(on.cloud, { target, body: { trigger_type_code, event_data, ...more } });
}

function change(trigger: { trigger_type_code: string; trigger_id: string }, body: unknown): Promise<TestReply> {
  const target = `${echo}/${trigger.trigger_type_code}/${trigger.trigger_id}`;
  return send(on.cloud, { method: 'PUT', target, body });
}

async function list(): Promise<{ trigger_id: string; event_data: object }[]> {
  return (await send(on.cloud, { target: echo })).json;
}

describe('creating a trigger', () => {
  it('arms a timer', async () => {
    const reply = await add('TIMER', timer);
    expect(reply).toMatchObject({
      status: 201,
      json: { trigger_type_code: 'TIMER', trigger_status: 'ACTIVE', event_data: timer },
    });
    expect(on.platform.functions.get('echo')?.timers).toEqual([
      { name: 'nightly', scheduleType: 'Cron', schedule: '0 30 2 * * *', userEvent: '{"a":1}', active: true },
    ]);
  });

  it.each(['APIG', 'DEDICATEDGATEWAY'])('opens a route of %s and says where it answers', async (type) => {
    const reply = await add(type, { ...route, func_info: { timeout: 7000 } });
    expect(reply).toMatchObject({
      status: 201,
      json: { event_data: { path: '/say', invoke_url: 'http://127.0.0.1:9/say', api_name: 'say_it' } },
    });
    expect(on.platform.functions.get('echo')?.routes).toEqual([
      { name: 'say_it', method: 'POST', path: '/say', auth: 'IAM', matchMode: 'NORMAL', timeoutMs: 7000, active: true },
    ]);
  });

  it('has the documented defaults of a route: a prefix, and 5 s', async () => {
    const { match_mode: _, ...bare } = route;
    await add('APIG', bare);
    expect(on.platform.functions.get('echo')?.routes).toMatchObject([{ matchMode: 'SWA', timeoutMs: 5000 }]);
  });

  it('may be disabled from the start', async () => {
    await add('TIMER', timer, { trigger_status: 'DISABLED' });
    expect(on.platform.functions.get('echo')?.timers).toMatchObject([{ active: false }]);
  });

  it.each([
    ['a type that is not here', 'KAFKA', {}, 400, 'FSS.1101', 'TIMER, APIG'],
    ['no data', 'TIMER', undefined, 400, 'FSS.0400', 'event_data'],
    ['a bad cron', 'TIMER', { ...timer, schedule: '0 99 2 * * *' }, 400, 'FSS.1109', '99'],
    [
      'a rate of 61 minutes',
      'TIMER',
      { ...timer, schedule_type: 'Rate', schedule: '61m' },
      400,
      'FSS.1109',
      'Write 1m-60m, 1h-24h or 1d-30d.',
    ],
    ['a timer without a schedule', 'TIMER', { ...timer, schedule: undefined }, 400, 'FSS.1109', 'schedule'],
    ['a timer without a name', 'TIMER', { ...timer, name: undefined }, 400, 'FSS.1109', 'event_data.name'],
    ['a schedule of no kind', 'TIMER', { ...timer, schedule_type: 'Often' }, 400, 'FSS.1109', 'Rate or Cron'],
    ['a path without /', 'APIG', { ...route, path: 'say' }, 400, 'FSS.1107', 'event_data.path'],
    ['a method of no kind', 'APIG', { ...route, req_method: 'SAY' }, 400, 'FSS.1107', 'req_method'],
    ['no group', 'APIG', { ...route, group_id: undefined }, 400, 'FSS.1107', 'group_id'],
    ['a route that waits over 60 s', 'APIG', { ...route, func_info: { timeout: 60_001 } }, 400, 'FSS.1107', '60,000'],
  ])('refuses %s and creates nothing', async (_what, type, event_data, status, error_code, said) => {
    const before = on.platform.functions.get('echo');
    const reply = await add(type, event_data);
    expect(reply).toMatchObject({ status, json: { error_code, error_msg: expect.stringContaining(said) } });
    expect([on.platform.functions.get('echo') === before, await list()]).toEqual([true, []]);
  });

  it('refuses a route that another function has, whatever its group', async () => {
    await create(on.cloud, { func_name: 'other' });
    await add('APIG', route);
    const reply = await add('DEDICATEDGATEWAY', { ...route, group_id: 'h' }, {}, of('other'));
    expect(reply).toMatchObject({
      status: 409,
      json: { error_code: 'FSS.1147', error_msg: expect.stringContaining('echo') },
    });
  });

  it('refuses a route that is there but for the name of its parameter', async () => {
    await add('APIG', { ...route, path: '/echo/{id}' });
    const reply = await add('APIG', { ...route, path: '/echo/{name}' });
    expect([reply.status, reply.json.error_code]).toEqual([409, 'FSS.1147']);
  });

  it('takes the same path with another method', async () => {
    await add('APIG', route);
    expect((await add('APIG', { ...route, req_method: 'GET' })).status).toBe(201);
  });

  it('refuses a second timer of the same name', async () => {
    await add('TIMER', timer);
    expect(await add('TIMER', timer)).toMatchObject({ status: 400, json: { error_code: 'FSS.1307' } });
  });

  it('refuses the eleventh', async () => {
    for (let i = 0; i < 10; i++) await add('TIMER', { ...timer, name: `timer-${i}` });
    expect(await add('TIMER', timer)).toMatchObject({ status: 400, json: { error_code: 'FSS.1306' } });
  });

  it('needs a function', async () => {
    expect(await add('TIMER', timer, {}, of('nothing'))).toMatchObject({
      status: 404,
      json: { error_code: 'FSS.1051' },
    });
  });
});

describe('a trigger', () => {
  it('is listed, and shown by its type and id', async () => {
    const { json } = await add('TIMER', timer);
    const shown = await send(on.cloud, { target: `${echo}/TIMER/${json.trigger_id}` });
    expect([await list(), shown.json]).toEqual([[json], json]);
  });

  it('is disabled and enabled', async () => {
    const { json } = await add('TIMER', timer);
    const states = [];
    for (const trigger_status of ['DISABLED', 'ACTIVE']) {
      await change(json, { trigger_status });
      states.push(on.platform.functions.get('echo')?.timers[0]?.active);
    }
    expect(states).toEqual([false, true]);
  });

  it.each([
    ['one object', { schedule: '0 0 3 * * *' }],
    ['a list of one', [{ schedule: '0 0 3 * * *' }]],
  ])('takes other data as %s and keeps the rest', async (_what, event_data) => {
    const { json } = await add('TIMER', timer);
    const reply = await change(json, { event_data });
    expect([reply.status, reply.json.event_data]).toEqual([200, { ...timer, schedule: '0 0 3 * * *' }]);
    expect(on.platform.functions.get('echo')?.timers[0]?.schedule).toBe('0 0 3 * * *');
  });

  it('keeps its own route when it is changed', async () => {
    const { json } = await add('APIG', route);
    const reply = await change(json, { event_data: { ...route, auth: 'NONE' } });
    expect([reply.status, on.platform.functions.get('echo')?.routes[0]?.auth]).toEqual([200, 'NONE']);
  });

  it('refuses bad data and stays as it was', async () => {
    const { json } = await add('TIMER', timer);
    const reply = await change(json, { trigger_status: 'DISABLED', event_data: { schedule: 'never' } });
    expect([reply.status, reply.json.error_code, await list()]).toEqual([400, 'FSS.1109', [json]]);
  });

  it('is deleted', async () => {
    const { json } = await add('TIMER', timer);
    const target = `${echo}/TIMER/${json.trigger_id}`;
    const replies = [
      await send(on.cloud, { method: 'DELETE', target }),
      await send(on.cloud, { method: 'DELETE', target }),
    ];
    expect(replies.map(({ status, json: body }) => [status, body.error_code])).toEqual([
      [204, undefined],
      [404, 'FSS.1140'],
    ]);
    expect(on.platform.functions.get('echo')?.timers).toEqual([]);
  });

  it('goes with all the others', async () => {
    await add('TIMER', timer);
    await add('APIG', route);
    const { status } = await send(on.cloud, { method: 'DELETE', target: echo });
    expect([status, await list(), on.platform.functions.get('echo')?.routes]).toEqual([204, [], []]);
  });

  it('stays when the code and the settings change', async () => {
    await add('APIG', route);
    const target = `${echo.replace('triggers', 'functions')}/config`;
    const settings = {
      func_name: 'echo',
      runtime: 'Node.js20.15',
      handler: 'index.handler',
      memory_size: 256,
      timeout: 9,
    };
    await send(on.cloud, { method: 'PUT', target, body: settings });
    expect(on.platform.functions.get('echo')).toMatchObject({ timeout: 9, routes: [{ path: '/say' }] });
  });

  it.each([
    ['TIMER', 'FSS.1140'],
    ['APIG', 'FSS.1138'],
    ['SMN', 'FSS.1131'],
  ])('of type %s that is not there is 404', async (type, error_code) => {
    expect(await send(on.cloud, { target: `${echo}/${type}/x` })).toMatchObject({ status: 404, json: { error_code } });
  });
});
