import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pushHeaders } from '../../local/sample-curl.js';
import { readServiceFile } from '../../serverless/service-file.js';
import { type Command, runCommand } from './command.js';

const freePorts = { PORT: '0', CLOUD_PORT: '0' };
/** Milliseconds: each of these commands builds everything first, while the other tests run. */
const whole = 90_000;

describe('npm start', () => {
  let command: Command;
  let screen: string;
  let api: string;
  let cloud: string;
  const folder = mkdtempSync(join(tmpdir(), 'fleetbatch-start-'));
  beforeAll(async () => {
    command = runCommand('local/start.ts', ['--database', join(folder, 'database')], {
      ...freePorts,
      IOTDA_PUSH_TOKEN: 'first,second',
    });
    screen = await command.printed('Ctrl+C');
    api = /API\s+(http:\S+)/.exec(screen)?.[1] ?? '';
    cloud = /Cloud\s+(http:\S+)/.exec(screen)?.[1] ?? '';
  });
  afterAll(async () => {
    command.child.kill('SIGTERM');
    await command.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['POST', '/agent-invocations', 'create-invocations', 201],
    ['GET', '/agent-invocations', 'list-invocations', 200],
    ['POST', '/ief-jobs', 'create-ief-job', 201],
    ['POST', '/roma-tasks/batch-operation', 'start-stop-roma-tasks', 200],
    ['POST', '/notifications/batchtask', 'receive-batchtask', 200],
  ])('%s %s answers the sample of %s with %i', async (method, path, name, status) => {
    const headers = { 'content-type': 'application/json', ...pushHeaders(name, 'first') };
    const body = method === 'POST' ? readFileSync(`events/${name}.direct.json`) : undefined;

    const response = await fetch(api + path, { method, headers, ...(body ? { body } : {}) });

    expect(response.status).toBe(status);
  });

  test('the cloud has verified the signature of every call that the functions made', async () => {
    await fetch(`${api}/agent-invocations`);

    const log = (await (await fetch(`${cloud}/_local/requests`)).json()) as { requests: { verified: boolean }[] };

    expect(log.requests.length).toBeGreaterThan(0);
    expect(log.requests.filter((request) => !request.verified)).toEqual([]);
  });

  test('a push without the signature of IOTDA_PUSH_TOKEN is refused', async () => {
    const body = readFileSync('events/receive-batchtask.direct.json');

    const response = await fetch(`${api}/notifications/batchtask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

    expect(response.status).toBe(401);
  });

  test('health answers 200', async () => {
    const response = await fetch(`${api}/_local/health`);

    expect(response.status).toBe(200);
  });

  test('the screen has a command to paste for each route, and each timer', () => {
    const routes = readServiceFile('serverless.yml').functions.flatMap((fn) => fn.routes);

    expect(screen.match(/^ {4}curl -s /gm)).toHaveLength(routes.length);
    expect(screen).toContain('agent-invocations-report');
    expect(screen).toContain('DISABLED');
  });

  test('a timer fires on demand', async () => {
    const response = await fetch(`${api}/_local/timers/agent-invocations-report/fire`, { method: 'POST' });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ok: true });
  });
});

describe('npm start says what is wrong and what to do', { timeout: whole }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleetbatch-start-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('a port in use', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });

    const { code, stderr } = await runCommand('local/start.ts', ['--database', join(folder, 'database')], {
      PORT: String(port),
      CLOUD_PORT: '0',
    }).ended;

    server.close();
    expect(code).toBe(1);
    expect(stderr.trim()).toBe(
      `Port ${port} is already in use, perhaps by another \`npm start\`.\nStop that program, or choose other ports: PORT=3100 CLOUD_PORT=3101 npm start`,
    );
  });

  test.each([
    ['a port that is none', [], { PORT: 'x' }, 'PORT=x is not a port.'],
    [
      'an unknown option',
      ['--persits', 'd'],
      freePorts,
      'Usage: npm start -- [--persist DIR] [--database DIR] [--watch] [--inspect NAME[:PORT]]',
    ],
  ])('%s', async (_case, args, env, sentence) => {
    const { code, stderr } = await runCommand('local/start.ts', args, env).ended;

    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });
});

describe('npm run invoke', { timeout: whole }, () => {
  test('prints the result, and the report on the other channel', async () => {
    const { code, stdout, stderr } = await runCommand('local/invoke.ts', [
      'list-invocations',
      'events/list-invocations.apig.json',
    ]).ended;

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 200, body: { count: 0 } });
    expect(stderr).toContain('list-invocations');
  });

  test('gives no function a database that was exported for a deployment', async () => {
    const args = ['list-chain-runs', 'events/list-chain-runs.direct.json'];
    const { code, stdout } = await runCommand('local/invoke.ts', args, {
      DATABASE_URL: 'postgres://fleet@db.example.invalid/runs',
    }).ended;

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ errorType: 'MissingSettingError' });
  });

  test('exits 1 where the function fails', async () => {
    const { code, stdout } = await runCommand('local/invoke.ts', [
      'create-ief-job',
      'events/list-invocations.direct.json',
    ]).ended;

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ errorType: 'InvalidInputError' });
  });

  test.each([
    ['nothing', [], 'Usage: npm run invoke -- NAME events/FILE.json'],
    ['an unknown function', ['nope', 'events/list-invocations.apig.json'], 'There is no function nope'],
    ['a missing file', ['list-invocations', 'events/nope.json'], 'events/nope.json cannot be read'],
    ['a file that is no JSON', ['list-invocations', 'README.md'], 'README.md is not JSON'],
  ])('explains itself when given %s', async (_case, args, sentence) => {
    const { code, stderr } = await runCommand('local/invoke.ts', args).ended;

    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
