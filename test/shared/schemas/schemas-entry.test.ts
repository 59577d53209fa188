import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import * as schemas from '../../../shared/schemas.js';

const events = ['create-invocations', 'list-invocations', 'create-ief-job', 'start-stop-roma-tasks'] as const;
const inputs = {
  'create-invocations': schemas.createInvocationsInput,
  'list-invocations': schemas.listInvocationsInput,
  'create-ief-job': schemas.createIefJobInput,
  'start-stop-roma-tasks': schemas.startStopInput,
};

async function sample(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`../../../events/${name}.direct.json`, import.meta.url), 'utf8'));
}

test.each(events)('the sample event of %s is valid input', async (name) => {
  expect(schemas.checkInput(inputs[name], await sample(name))).toMatchObject({ ok: true });
});

test('the sample event of receive-batchtask is a push', async () => {
  expect(schemas.normaliseBatchtaskPush(await sample('receive-batchtask'))).toMatchObject({ ok: true });
});
