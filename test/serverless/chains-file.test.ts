import { describe, expect, it } from 'vitest';
import { readChainsFile } from '../../serverless/chains-file.js';
import { problemsAfter, readChains, small } from './small-chains.js';

describe('the chains file', () => {
  it('is read with every default filled in', () => {
    const [resume, tell] = readChains(small);
    expect(resume?.trigger).toEqual({
      type: 'batchtask',
      task_type: ['softwareUpgrade'],
      status: ['Success', 'PartialSuccess'],
    });
    expect(resume?.max_runs_per_hour).toBe(100);
    expect(resume?.steps[0]).toMatchObject({
      until_finished: true,
      retry_failed: 2,
      timeout_s: 21_600,
      on_failure: 'stop',
    });
    expect(resume?.steps[1]).toMatchObject({ until_finished: false, timeout_s: 3600, on_failure: { chain: 'tell' } });
    expect(tell?.steps[0]).toMatchObject({ name: 'look', retry_failed: 0 });
  });

  it('ships with examples that have nothing wrong', () => {
    const names = readChainsFile('chains.yml', ['agents-nightly-chain']).map((chain) => chain.name);
    expect(names).toEqual([
      'resume-integration-after-upgrade',
      'nightly-agent-upgrade',
      'deploy-after-firmware',
      'resume-task',
    ]);
  });

  it.each([
    ['a word beside a filter for a list of one', 'status: [Success, PartialSuccess]', 'status: Success'],
    ['a timer that another function has', 'name: nightly }', 'name: weekly }'],
    ['a time in hours', 'retry_failed: 2', 'timeout: 2h'],
  ])('takes %s', (_what, from, to) => {
    expect(problemsAfter(from, to)).toEqual([]);
  });
});

describe('a mistake in the chains file', () => {
  it.each([
    [
      'a mistyped key',
      'retry_failed: 2',
      'retry_faild: 2',
      'chains.yml:14: chains.resume.steps.0.retry_faild is not a known key. Did you mean retry_failed?',
    ],
    [
      'a mistyped status',
      '[Success, PartialSuccess]',
      '[Sucess]',
      'chains.yml:6: chains.resume.trigger.status.0 is "Sucess". Did you mean Success?',
    ],
    [
      'a mistyped status beside the filter',
      '[Success, PartialSuccess]',
      'Waitting',
      'chains.yml:6: chains.resume.trigger.status is "Waitting". Did you mean Waiting?',
    ],
    [
      'a for_each whose expression has no marks',
      'for_each: [roma-1, roma-2]',
      'for_each: event.ids',
      'chains.yml:17: chains.resume.steps.1.for_each is a text and no list. Write a list, or an expression: {% event.ids %}.',
    ],
    [
      'a for_each with more entries than a step may have',
      '[roma-1, roma-2]',
      `[${Array(1001).fill('a').join(', ')}]`,
      'chains.yml:17: chains.resume.steps.1.for_each has 1001 entries. Write at most 1000.',
    ],
    [
      'a missing status',
      /\n {6}status.*/,
      '',
      'chains.yml:3: chains.resume.trigger.status is missing. Write the statuses that start the chain, such as [Success, PartialSuccess].',
    ],
    [
      'a mistyped function',
      'function: start-stop-roma-tasks',
      'function: start-stop-roma-task',
      'chains.yml:16: chains.resume.steps.1.function is "start-stop-roma-task". Did you mean start-stop-roma-tasks?',
    ],
    [
      'an unknown trigger',
      'type: timer, name: nightly',
      'type: cron',
      'chains.yml:27: chains.tell.trigger.type is "cron". Write type: batchtask, timer or manual.',
    ],
    [
      'a timer that there is not',
      'name: nightly }',
      'name: nightli }',
      'chains.yml:27: chains.tell.trigger.name is nightli, which is no timer of advance-chains. Did you mean nightly?',
    ],
    [
      'a hyphen in the name of a step',
      'name: start_tasks',
      'name: start-tasks',
      'chains.yml:15: chains.resume.steps.1.name is "start-tasks". Write lower-case letters, digits and _, a letter first.',
    ],
    [
      'a name twice',
      'name: start_tasks',
      'name: upgrade',
      'chains.yml:15: chains.resume.steps.1.name is upgrade once more. Give it another name.',
    ],
    [
      'until for a mere read',
      'input: { all: true } }',
      'input: { all: true }, until: finished }',
      'chains.yml:29: chains.tell.steps.0.until is not for list-invocations, whose answer is the end of it. Remove it.',
    ],
    [
      'retries of what is not followed',
      /\n {8}until: finished/,
      '',
      'chains.yml:13: chains.resume.steps.0.retry_failed needs to know what failed. Write until: finished beside it.',
    ],
    [
      'a chain that there is not',
      'chain tell',
      'chain tel',
      'chains.yml:25: chains.resume.steps.1.on_failure is chain tel, and there is no such chain. Did you mean chain tell?',
    ],
    [
      'a circle of chains',
      'input: { all: true } }',
      'input: { all: true }, on_failure: chain resume }',
      'chains.yml:25: chains.resume.steps.1.on_failure leads back here: resume → tell → resume. Let the last one stop.',
    ],
    [
      'an input that the function refuses',
      'action_id: start',
      'action_id: begin',
      'chains.yml:20: chains.resume.steps.1.input.action_id must be start or stop. See the input of start-stop-roma-tasks in the README.',
    ],
    [
      'an expression with a syntax mistake',
      '[event.ids]',
      '[event.ids',
      'chains.yml:12: chains.resume.steps.0.input.instance_ids is no JSONata: Expected "]" before end of expression.',
    ],
    [
      'an expression over what is not there',
      '[event.ids]',
      '[evnt.ids]',
      'chains.yml:12: chains.resume.steps.0.input.instance_ids names evnt, which is not known. Did you mean event?',
    ],
    [
      'a later step in a block text',
      'steps.upgrade.result',
      'steps.upgrad.result',
      'chains.yml:23: chains.resume.steps.1.input.list names steps.upgrad, which is no step before this one. Did you mean upgrade?',
    ],
    [
      'item without for_each',
      '[event.ids]',
      '[item]',
      'chains.yml:12: chains.resume.steps.0.input.instance_ids names item, which is there only in a step with for_each. Known are event, steps, run.',
    ],
    [
      'the time of day',
      '[event.ids]',
      '[$now()]',
      'chains.yml:12: chains.resume.steps.0.input.instance_ids uses $now, which is not the same twice. Use run.created_at.',
    ],
    [
      'a regular expression',
      '[event.ids]',
      '[$match(event.id, /(a+)+/)]',
      'chains.yml:12: chains.resume.steps.0.input.instance_ids uses a regular expression, whose time has no bound. Use $contains with a text.',
    ],
    [
      'half an expression',
      '"{% item %}"',
      '"roma-{% item %}"',
      "chains.yml:19: chains.resume.steps.1.input.instance_id is only in part an expression. Make the whole text one: {% 'text ' & event.task_id %}.",
    ],
    ['broken YAML', 'chains:\n', 'chains: [\n', 'chains.yml:'],
  ])('is told with its line and a remedy: %s', (_what, from, to, expected) => {
    const problems = problemsAfter(from, to);
    const found = problems.filter(
      (problem) => problem === expected || (expected === 'chains.yml:' && problem.startsWith(expected)),
    );
    expect(found, problems.join('\n')).not.toEqual([]);
  });

  it('is told together with all the others, in the order of the lines', () => {
    const problems = problemsAfter(/\[Success, PartialSuccess\]|chain tell/g, 'nothing');
    expect(problems).toHaveLength(2);
    expect(problems.map((problem) => problem.split(':')[1])).toEqual(['6', '25']);
  });
});
