import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeService } from '../../deploy/remove-service.js';
import { targetOf } from '../../deploy/target.js';
import { type Cloud, startCloud } from '../../local/cloud/start-cloud.js';
import { type Platform, startPlatform } from '../../local/functiongraph/start-platform.js';
import { type SmallProject, smallProject } from './small-project.js';

/** The same steps as with the double, against the cloud on this machine: signatures are verified and the functions run. */
describe('a deployment to the local platform', () => {
  let platform: Platform;
  let cloud: Cloud;
  let project: SmallProject;
  beforeAll(async () => {
    platform = await startPlatform({
      port: 0,
      service: { functions: [], zone: 'Asia/Shanghai' },
      distDir: 'dist',
      projectId: '0123456789abcdef0123456789abcdef',
      userData: (fn) => ({ ...fn.environment, ...fn.encryptedEnvironment }),
    });
    cloud = await startCloud({ port: 0, platform });
    project = smallProject(() => cloud.url);
    for (const name of ['first', 'second']) project.writeCode(name, { 'index.js': codeThatSays(name) });
  });
  afterAll(async () => {
    project.remove();
    await platform.close();
    await cloud.close();
  });

  const codeThatSays = (word: string) => `
    exports.start = (context, callback) => callback(null);
    exports.handler = async (event, context) => ({ statusCode: 200, isBase64Encoded: false, headers: {},
      body: ['${word}', context.getUserData('COLOUR'), context.getUserData('TOKEN')].join() });`;
  const get = async (path: string) => (await fetch(platform.url + path)).text();
  const writes = async () => {
    const log = (await (await fetch(`${cloud.url}/_local/requests?limit=500`)).json()) as {
      requests: { method: string; verified: boolean }[];
    };
    expect(log.requests.filter((request) => !request.verified)).toEqual([]);
    return log.requests.filter((request) => request.method !== 'GET').length;
  };

  it('makes functions that answer, with their variables', async () => {
    const { error } = await project.deploy();

    expect(error).toBeUndefined();
    expect(await get('/first')).toBe('first,red,secret-1');
    expect(platform.timers().map((timer) => [timer.name, timer.active])).toEqual([['hourly', false]]);
  });

  it('a second one sends nothing but reads', async () => {
    const before = await writes();

    expect((await project.deploy()).changed).toBe(false);
    expect(await writes()).toBe(before);
  });

  it('a change of one thing is one write, and the function runs with it', async () => {
    const before = await writes();

    await project.deploy((file) => file.replace('COLOUR: red', 'COLOUR: blue'));

    expect(await writes()).toBe(before + 1);
    expect(await get('/first')).toBe('first,blue,secret-1');
  });

  it('a failure in its middle leaves the old routes answering, and the next run completes it', async () => {
    const edit = (file: string) => file.replace('COLOUR: red', 'COLOUR: green').replace('schedule: 1h', 'schedule: 2h');
    await fetch(`${cloud.url}/_local/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ operation: 'functiongraph.createFunctionTrigger', times: 1, status: 500 }),
    });

    const failed = await project.deploy(edit);
    const duringFailure = await get('/first');
    const completed = await project.deploy(edit);

    expect(failed.text).toMatch(/done +first: settings changed\n +first: timer hourly deleted\n +failed/);
    expect(duringFailure).toBe('first,green,secret-1');
    expect(completed.text).toMatch(/\+ timer +hourly {2}Rate 2h/);
    expect(platform.timers().map((timer) => timer.schedule)).toEqual(['2h']);
    expect((await project.deploy(edit)).changed).toBe(false);
  });

  it('an answer that is lost after the effect is found by looking', async () => {
    await fetch(`${cloud.url}/_local/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ operation: 'functiongraph.createFunction', times: 1, reset: 'after-effect' }),
    });
    const third = (file: string) => `${file}  third:\n    handler: index.handler\n    code: { codeUri: DIST/second }\n`;

    const { text, error } = await project.deploy(third);

    expect(error).toBeUndefined();
    expect(text).toContain('created (the answer was lost; found by looking)');
    expect((await project.deploy(third)).changed).toBe(false);
  });

  it('--prune deletes what is no longer in the file', async () => {
    await project.deploy(undefined, { prune: true });

    expect([...platform.functions].sort()).toEqual(['first', 'second']);
  });

  it('a removal takes everything away, and a second one has nothing to do', async () => {
    const lines: string[] = [];
    const run = {
      owner: { name: 'small', stage: 'dev' },
      target: targetOf({}, 'cn-north-4', cloud.url),
      dryRun: false,
      confirm: () => Promise.resolve(true),
      print: (line: string) => lines.push(line),
      command: 'npm run remove',
    };
    await removeService({ ...run, dryRun: true });
    expect(platform.functions).toHaveLength(2);
    await removeService({ ...run, confirm: () => Promise.resolve(false) });
    expect(platform.functions).toHaveLength(2);

    await removeService(run);
    await removeService(run);

    expect(platform.functions).toEqual([]);
    expect(platform.timers()).toEqual([]);
    expect(lines.at(-1)).toContain('Nothing to do: no function there was deployed for small, stage dev.');
  });
});
