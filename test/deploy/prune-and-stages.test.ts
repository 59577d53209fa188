import { describe, expect, it } from 'vitest';
import { testStage } from './stage-of-test.js';

const stage = testStage();
const { kept } = stage;

describe('--prune', () => {
  const onlyFirst = (file: string) => file.replace(/ {2}second:[\s\S]*$/, '').replace(/ {6}destinationConfig.*\n/, '');
  const withoutTimer = (file: string) => file.replace(/ {6}- triggerTypeCode: TIMER[\s\S]*?(?= {2}second)/, '');

  it.each([true, false])(
    'lists that show variables: %s; what is no longer in the file goes only when asked',
    async (listsVariables) => {
      await stage.restart({ listsVariables });
      await stage.project.deploy();

      const kept = await stage.project.deploy(onlyFirst);
      const before = [...stage.double.functions.keys()].length;
      const pruned = await stage.project.deploy(onlyFirst, { prune: true });

      expect(kept.text).toContain(
        'note the function second is no longer in serverless.yml and stays; --prune deletes it.',
      );
      expect(before).toBe(2);
      expect(pruned.text).toMatch(/- second +delete[\s\S]*1 to delete/);
      expect(stage.double.functions.size).toBe(1);
    },
  );

  it('deletes a timer that the file no longer has, and keeps what it cannot know', async () => {
    await stage.project.deploy();
    kept('first').triggers.push({ trigger_id: 'obs-1', trigger_type_code: 'OBS', event_data: {} });

    const noted = await stage.project.deploy(withoutTimer);
    await stage.project.deploy(withoutTimer, { prune: true });

    expect(noted.text).toContain('the timer hourly of first is no longer in serverless.yml and stays');
    expect(kept('first').triggers.map((trigger) => trigger.trigger_type_code)).toEqual(['APIG', 'OBS']);
  });

  it('never touches functions of other services and stages', async () => {
    await stage.project.deploy(undefined, { stage: 'test' });
    await stage.project.deploy((file) => file.replace('path: /first', 'path: /other'), { prune: true });

    const names = [...stage.double.functions.keys()].map((key) => key.split(':')[6]);
    expect(names.sort()).toEqual(['first', 'first-test', 'second', 'second-test']);
  });

  it('lets a route move from one function to another, which is refused without it', async () => {
    await stage.project.deploy();
    const moved = (file: string) => {
      const [route = ''] = /.*triggerTypeCode: APIG[\s\S]*?30000 }\n/.exec(file) ?? [];
      return `${file.replace(route, '')}    events:\n${route.replace('first_api', 'second_api')}`;
    };

    const refused = await stage.project.deploy(moved);
    const done = await stage.project.deploy(moved, { prune: true });

    expect(refused.text).toMatch(
      /The route GET \/first of second still belongs to first on the account\. Deploy with --prune/,
    );
    expect(done.error).toBeUndefined();
    expect(kept('second').triggers).toHaveLength(1);
    expect(stage.double.writes.findLastIndex((call) => call.startsWith('DELETE triggers/first'))).toBeLessThan(
      stage.double.writes.lastIndexOf('POST triggers/second'),
    );
  });
});

describe('a route that is switched off in the file', () => {
  const switchedOff = (file: string) =>
    file.replace('- triggerTypeCode: APIG', '- triggerTypeCode: APIG\n        status: DISABLED');

  it('goes on answering until --prune takes it away, which is said', async () => {
    await stage.project.deploy();

    const noted = await stage.project.deploy(switchedOff);
    const before = kept('first').triggers.length;
    await stage.project.deploy(switchedOff, { prune: true });

    expect(noted.text).toContain('it goes on answering until --prune deletes it.');
    expect([before, kept('first').triggers.length]).toEqual([2, 1]);
  });
});

describe('a route whose parameter gets another name', () => {
  const withParameter = (name: string) => (file: string) => file.replace('path: /first,', `path: "/first/{${name}}",`);

  it('is replaced, for a gateway has room for one of them', async () => {
    await stage.project.deploy(withParameter('id'));

    const { text, error } = await stage.project.deploy(withParameter('job_id'));

    expect(error).toBeUndefined();
    expect(text).toMatch(/± route +GET \/first\/\{job_id\} +replaced.*: path \/first\/\{id\} → \/first\/\{job_id\}/);
    expect(kept('first').triggers).toMatchObject([
      { trigger_type_code: 'TIMER' },
      { event_data: { path: '/first/{job_id}' } },
    ]);
  });

  it('is still that of another stage', async () => {
    await stage.project.deploy(withParameter('id'));

    const { text } = await stage.project.deploy(withParameter('job_id'), { stage: 'test' });

    expect(text).toContain('The route GET /first/{job_id} of first-test is that of first in the same API group.');
  });
});

describe('--stage', () => {
  it('whose routes another stage has already is refused before anything is made', async () => {
    await stage.project.deploy();
    const writes = stage.double.writes.length;

    const { text } = await stage.project.deploy(undefined, { stage: 'test' });

    expect(text).toContain('The route GET /first of first-test is that of first in the same API group.');
    expect(stage.double.writes.length).toBe(writes);
  });

  it('deploys under names of its own, destinations among them', async () => {
    await stage.project.deploy(undefined, { stage: 'test' });

    expect(JSON.stringify(kept('first-test').asyncInvoke)).toContain('second-test:latest');
  });

  it.each(['Test', 'a b', '-x', ''])('%j is no stage', async (name) => {
    expect((await stage.project.deploy(undefined, { stage: name })).text).toContain('cannot end a function');
  });

  it('that makes a name too long is refused', async () => {
    expect((await stage.project.deploy(undefined, { stage: 'x'.repeat(60) })).text).toMatch(
      /has 66 characters, at most 60/,
    );
  });
});
