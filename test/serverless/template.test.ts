import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { holdsSecret, readTemplate } from '../../serverless/template.js';

const real = readFileSync('serverless.yml', 'utf8');

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fleetbatch-template-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'serverless.yml'), text);
  return join(folder, 'serverless.yml');
}

test('variables stay open, each once and with the default of the file', () => {
  const { service, variables, zone } = readTemplate('serverless.yml', ({ name }) => `<${name}>`);

  expect(variables.filter(({ name }) => name === 'HUAWEICLOUD_REGION')).toEqual([
    { name: 'HUAWEICLOUD_REGION', fallback: 'cn-north-4' },
  ]);
  expect(service.region).toBe('<HUAWEICLOUD_REGION>');
  expect(service.functions[0]?.environment.CES_ENDPOINT).toBe('<CES_ENDPOINT>');
  expect(service.functions[0]?.routes[0]?.groupId).toBe('<APIG_GROUP_ID>');
  expect(zone).toBe('Asia/Shanghai');
});

test('nothing comes from the environment of this machine', () => {
  process.env.IOTDA_PUSH_TOKEN = 'of-this-machine';
  onTestFinished(() => {
    delete process.env.IOTDA_PUSH_TOKEN;
  });

  expect(JSON.stringify(readTemplate('serverless.yml', ({ name }) => name))).not.toContain('of-this-machine');
});

test('a variable that decides about a form has its default', () => {
  const file = fileWith(real.replace('schedule: 15m', `schedule: \${env:REPORT_EVERY, '20m'}`));

  const { service, variables } = readTemplate(file, ({ name }) => `<${name}>`);

  expect(variables.map(({ name }) => name)).not.toContain('REPORT_EVERY');
  expect(service.functions.flatMap(({ timers }) => timers.map(({ schedule }) => schedule))).toContain('20m');
});

test('a variable without a default is left open too', () => {
  const file = fileWith(real.replaceAll(`\${env:APIG_GROUP_ID, 'set-APIG_GROUP_ID'}`, `\${env:APIG_GROUP_ID}`));

  const { service, variables } = readTemplate(file, ({ name }) => `<${name}>`);

  expect(variables).toContainEqual({ name: 'APIG_GROUP_ID', fallback: undefined });
  expect(service.functions[0]?.routes[0]?.groupId).toBe('<APIG_GROUP_ID>');
});

test.each([
  ['broken YAML', `${real}\n  - [`, /serverless.yml:\d+: .*Mend the YAML/],
  [
    'an unknown key',
    real.replace('service: fleetbatch', 'service: fleetbatch\nservise: x'),
    /servise is not a known key/,
  ],
])('%s is told with its line', (_case, text, message) => {
  expect(() => readTemplate(fileWith(text), ({ name }) => name)).toThrow(message);
});

test.each([
  ['{"remote_install_meta":[{"password":"x"}]}', true],
  ['{"instance_ids":["a"]}', false],
  ['no JSON with a password', false],
  ['', false],
])('whether an event holds a secret is known: %s', (event, expected) => {
  expect(holdsSecret(event)).toBe(expected);
});
