import { describe, expect, it } from 'vitest';
import {
  CloudFailedError,
  CloudRejectedError,
  CloudTimeoutError,
  type Upstream,
} from '../../../shared/client/errors.js';
import type { OperatedTasks } from '../../../shared/client/roma.js';
import type { Chunk } from '../../../shared/operations/in-batches.js';
import { culpritsOf, isDivisible, lookedOutcomes, outcomesOf } from '../../../shared/operations/roma-answer.js';
import type { TaskResult } from '../../../shared/schemas/roma-tasks.js';

const ok = (task_id: string): TaskResult => ({ task_id, error_code: '', error_msg: '' });
const bad = (task_id: string, error_code = 'FDI.3016'): TaskResult => ({ task_id, error_code, error_msg: 'no' });
const answered = (
  items: readonly string[],
  success: readonly TaskResult[],
  failure: readonly TaskResult[] = [],
): Chunk<string, OperatedTasks> => ({
  items,
  result: 'answered',
  reply: { success, failure, success_count: undefined, failure_count: undefined, requestId: undefined },
});
const failed = (items: readonly string[], error: unknown): Chunk<string, OperatedTasks> => ({
  items,
  result: 'failed',
  error,
});
const skipped = (items: readonly string[], error: unknown): Chunk<string, OperatedTasks> => ({
  items,
  result: 'skipped',
  error,
});
const rejection = (upstream: Partial<Upstream> = {}) =>
  new CloudRejectedError('roma refused it.', {
    service: 'roma',
    status: 400,
    error_code: 'FDI.3021',
    error_msg: 'One or more tasks do not exist.',
    ...upstream,
  });
const late = new CloudTimeoutError('Late.', 'unknown', { service: 'roma' });
const adviceOn = (task_id: string) => ({ check: `Look at ${task_id}.`, refused: `Isolate ${task_id}.` });
const outcomes = (chunks: readonly Chunk<string, OperatedTasks>[], culprits: readonly TaskResult[] = []) =>
  outcomesOf(chunks, adviceOn, culprits);

describe('a refusal', () => {
  it.each<[string, unknown, boolean]>([
    ['400 FDI.3021', rejection(), true],
    ['404 FDI.3081', rejection({ status: 404, error_code: 'FDI.3081' }), true],
    ['a code in lower case', rejection({ error_code: 'fdi.3023' }), true],
    ['409', rejection({ status: 409 }), false],
    ['400 of the gateway', rejection({ error_code: 'APIG.0201' }), false],
    ['a code that only ends so', rejection({ error_code: 'X.FDI.3021' }), false],
    ['a wrong project', rejection({ error_code: 'FDI.3039' }), false],
    ['a wrong project, in lower case', rejection({ error_code: 'fdi.3039' }), false],
    ['an empty list', rejection({ error_code: 'FDI.3150' }), false],
    ['one without a code', new CloudRejectedError('m', { service: 'roma', status: 400 }), false],
    [
      'a failure with such a code',
      new CloudFailedError('m', { service: 'roma', status: 400, error_code: 'FDI.1' }),
      false,
    ],
    ['a defect', new Error('bug'), false],
  ])('can be that of one task: %s', (_, error, divisible) => {
    expect(isDivisible(error)).toBe(divisible);
  });

  it('makes a culprit of a task that was alone in its call', () => {
    const wordless = new CloudRejectedError('roma refused it.', {
      service: 'roma',
      status: 400,
      error_code: 'FDI.3021',
    });
    const chunks = [
      failed(['a'], rejection()),
      failed(['b', 'c'], rejection()),
      failed(['d'], late),
      skipped(['e'], rejection()),
      answered(['f'], [ok('f')]),
      failed([], rejection()),
      failed(['g'], wordless),
    ];

    expect(culpritsOf(chunks)).toEqual([
      { task_id: 'a', error_code: 'FDI.3021', error_msg: 'One or more tasks do not exist.' },
      { task_id: 'g', error_code: 'FDI.3021', error_msg: 'roma refused it.' },
    ]);
  });
});

describe('the outcomes', () => {
  it('join the answers of all calls by id, in the order of the answers', () => {
    const chunks = [answered(['a', 'b'], [ok('b'), ok('a')]), answered(['c', 'd'], [ok('d')], [bad('c')])];

    expect(outcomes(chunks)).toEqual({
      success: [ok('b'), ok('a'), ok('d')],
      failure: [bad('c')],
      unanswered: [],
      inDoubt: [],
      contradicted: [],
    });
  });

  it('count the failure where a task is in both lists, and keep the other row', () => {
    expect(outcomes([answered(['a'], [ok('a')], [bad('a')])])).toMatchObject({
      success: [],
      failure: [bad('a')],
      contradicted: [ok('a')],
    });
  });

  it('keep one of several equal rows, and different ones aside', () => {
    const chunk = answered(['a', 'b'], [ok('a'), ok('a')], [bad('b'), bad('b', 'FDI.1')]);

    expect(outcomes([chunk])).toMatchObject({
      success: [ok('a')],
      failure: [bad('b')],
      contradicted: [bad('b', 'FDI.1')],
    });
  });

  it.each([undefined, null, ''])('keep every row whose id is %j', (task_id) => {
    const nameless = { task_id, task_name: 'n' };

    const { success, failure, unanswered } = outcomes([answered(['a'], [], [nameless, nameless])]);

    expect({ success, failure }).toEqual({ success: [], failure: [nameless, nameless] });
    expect(unanswered).toHaveLength(1);
  });

  it('say about each task without a word why, and which of them may be done', () => {
    const chunks = [
      answered(['a', 'b'], [ok('a')]),
      failed(['c'], late),
      failed(['d'], rejection()),
      skipped(['e'], rejection()),
    ];

    const { unanswered, inDoubt } = outcomes(chunks);

    expect(unanswered).toEqual([
      {
        task_id: 'b',
        reason:
          'NO_ANSWER: The cloud answered the call but said nothing about this item, so its outcome is unknown. Look at b.',
      },
      { task_id: 'c', reason: 'CLOUD_TIMEOUT: Late. Look at c.' },
      { task_id: 'd', reason: 'CLOUD_REJECTED: roma refused it. Isolate d.' },
      {
        task_id: 'e',
        reason: 'CLOUD_REJECTED: roma refused it. This item was not sent, because the call before it was refused.',
      },
    ]);
    expect(inDoubt).toEqual(['b', 'c']);
  });

  it('count a culprit as a failure, before anything else that is said about it', () => {
    const culprit = { task_id: 'a', error_code: 'FDI.3081', error_msg: 'gone' };

    expect(outcomes([failed(['a'], rejection()), answered(['b'], [ok('b')])], [culprit])).toMatchObject({
      success: [ok('b')],
      failure: [culprit],
      unanswered: [],
      inDoubt: [],
    });
  });
});

describe('a row about a task of another call', () => {
  const call = answered(['a'], [ok('a'), ok('b')]);

  it.each<[string, Chunk<string, OperatedTasks>, object]>([
    [
      'was refused',
      failed(['b'], rejection()),
      { success: [ok('a')], failure: [], inDoubt: [], contradicted: [ok('b')] },
    ],
    ['is in doubt', failed(['b'], late), { success: [ok('a')], failure: [], inDoubt: ['b'], contradicted: [ok('b')] }],
    [
      'was answered without a word about it',
      answered(['b'], []),
      { success: [ok('a')], failure: [], inDoubt: ['b'], contradicted: [ok('b')] },
    ],
  ])('answers for nobody and is kept aside: the call that asked %s', (_, own, expected) => {
    for (const chunks of [
      [call, own],
      [own, call],
    ]) {
      const { unanswered, ...rest } = outcomes(chunks);
      expect(rest).toEqual(expected);
      expect(unanswered).toMatchObject([{ task_id: 'b' }]);
    }
  });

  it('changes nothing about the own answer, whichever comes first, and is kept where it says something else', () => {
    const own = answered(['b'], [ok('b')]);
    const other = answered(['a'], [ok('a')], [bad('b')]);

    expect(outcomes([other, own])).toEqual({
      success: [ok('a'), ok('b')],
      failure: [],
      unanswered: [],
      inDoubt: [],
      contradicted: [bad('b')],
    });
    expect(outcomes([own, other])).toMatchObject({
      success: [ok('b'), ok('a')],
      failure: [],
      contradicted: [bad('b')],
    });
  });

  it('is dropped where it only repeats the own answer, or what another such row says', () => {
    expect(outcomes([call, answered(['b'], [ok('b')])])).toMatchObject({
      success: [ok('a'), ok('b')],
      contradicted: [],
    });
    expect(outcomes([call, call, failed(['b'], late)]).contradicted).toEqual([ok('b')]);
  });

  it('does not mend the refusal of a task that was alone in its call', () => {
    const chunks = [call, failed(['b'], rejection())];

    const { failure, contradicted } = outcomes(chunks, culpritsOf(chunks));

    expect(failure).toMatchObject([{ task_id: 'b', error_code: 'FDI.3021' }]);
    expect(contradicted).toEqual([ok('b')]);
  });

  it('is not one about a task that nobody asked for: that stands where the cloud put it', () => {
    expect(outcomes([answered(['a'], [ok('a')], [bad('x')]), answered(['b'], [ok('b')])])).toMatchObject({
      success: [ok('a'), ok('b')],
      failure: [bad('x')],
      contradicted: [],
    });
  });
});

describe('the outcomes after a look', () => {
  it('are done where a task was found, and say what was seen else', () => {
    const before = outcomes([failed(['a', 'b'], late), failed(['c'], rejection()), answered(['d'], [ok('d')])]);
    const found = { ...ok('a'), reconciled: true };

    const after = lookedOutcomes(
      before,
      new Map([
        ['a', { found }],
        ['b', { notFound: 'Looked: not yet.' }],
      ]),
    );

    expect(after.success).toEqual([ok('d'), found]);
    expect(after.unanswered).toEqual([
      { task_id: 'b', reason: 'CLOUD_TIMEOUT: Late. Look at b. Looked: not yet.' },
      { task_id: 'c', reason: 'CLOUD_REJECTED: roma refused it. Isolate c.' },
    ]);
  });
});
