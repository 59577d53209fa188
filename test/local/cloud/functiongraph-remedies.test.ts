import { beforeEach, expect, it } from 'vitest';
import { project, send } from './cloud-under-test.js';
import { create, creation, echo, functionGraphTests, functionsPath, urnOf } from './functiongraph-under-test.js';

const on = functionGraphTests();
beforeEach(() => create(on.cloud));

const triggers = `/v2/${project}/fgs/triggers/${urnOf('echo')}`;
const asyncConfig = `${echo}/async-invoke-config`;

it.each([
  ['a creation that is a list', 'POST', functionsPath, [], 'The body: a JSON object'],
  ['an agency that is a number', 'POST', functionsPath, creation({ app_xrole: 5 }), 'app_xrole: the name of an agency'],
  ['settings that are a list', 'PUT', `${echo}/config`, [], 'The body: a JSON object'],
  ['code that is a list', 'PUT', `${echo}/code`, [], 'The body: a JSON object'],
  ['a trigger that is a list', 'POST', triggers, [], 'The body: a JSON object'],
  ['a trigger without data', 'POST', triggers, { trigger_type_code: 'TIMER' }, 'event_data: an object'],
  [
    'a trigger that is switched to nothing',
    'POST',
    triggers,
    { trigger_type_code: 'TIMER', trigger_status: 'OFF', event_data: {} },
    'trigger_status: ACTIVE or DISABLED',
  ],
  ['asynchronous settings that are a list', 'PUT', asyncConfig, [], 'The body: a JSON object'],
  [
    'destinations that are a text',
    'PUT',
    asyncConfig,
    { destination_config: 'SMN' },
    'destination_config: an object with on_success or on_failure',
  ],
  [
    'a destination that is a text',
    'PUT',
    asyncConfig,
    { destination_config: { on_failure: 'SMN' } },
    'destination_config.on_failure: an object with destination and param',
  ],
])('%s is refused with what to write instead', async (_what, method, target, body, said) => {
  const reply = await send(on.cloud, { method, target, body });

  expect([reply.status, reply.json]).toEqual([
    400,
    { error_code: 'FSS.0400', error_msg: `Invalid parameter. ${said}` },
  ]);
});
