import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readServiceFile } from '../../serverless/service-file.js';
import { projectRoot } from './temp-project.js';

interface File {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface Manifest {
  readonly functions: readonly {
    readonly name: string;
    readonly operations: readonly string[];
    readonly bundle: File;
    readonly zip: File;
    readonly map: File;
    readonly triggers: readonly object[];
  }[];
}

const dist = join(projectRoot, 'dist');
const manifestText = await readFile(join(dist, 'manifest.json'), 'utf8');
const manifest: Manifest = JSON.parse(manifestText);
const service = readServiceFile(join(projectRoot, 'serverless.yml'));

test('the manifest has the functions of serverless.yml, each with what it does and by what it is called', () => {
  expect(manifest.functions.map(({ name }) => name)).toEqual(service.functions.map(({ name }) => name));
  expect(manifest.functions.find(({ name }) => name === 'list-invocations')).toMatchObject({
    operations: ['ListAgentInvocations'],
    handler: 'index.handler',
    runtime: 'Node.js20.15',
    triggers: [
      { type: 'route', name: 'list_invocations', method: 'GET', path: '/agent-invocations', auth: 'IAM', active: true },
      { type: 'timer', name: 'agent-invocations-report', schedule: '15m', active: true },
    ],
  });
});

test('its sizes and hashes are those of the files beside it', async () => {
  const files = manifest.functions.flatMap(({ bundle, zip, map }) => [bundle, zip, map]);

  const measured = await Promise.all(
    files.map(async ({ file }) => {
      const bytes = await readFile(join(dist, file));
      return { file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  );

  expect(files).toEqual(measured);
});

test('it holds no path of the machine and nothing that a timer hands over', () => {
  const userEvents = service.functions.flatMap(({ timers }) => timers.map(({ userEvent }) => userEvent));

  expect(manifestText).not.toContain(projectRoot);
  expect(userEvents.filter((event) => manifestText.includes(event))).toEqual([]);
});
