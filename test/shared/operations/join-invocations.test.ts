import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  answeredRow,
  type JoinKey,
  joinRows,
  summarise,
  unansweredRow,
} from '../../../shared/operations/join-invocations.js';
import type { InvocationItem } from '../../../shared/schemas/ces-create-invocations.js';

const silence = { code: 'NO_ANSWER', message: 'nothing said' };
const ok = (id: string): InvocationItem => ({ instance_id: id, invocation_id: `task-${id}`, ret_status: 'successful' });
const bad = (id: string): InvocationItem => ({ instance_id: id, ret_status: 'error', error_msg: 'no' });

/** One call that holds all the ids that were asked for. */
const join = (ids: readonly string[], rows: readonly InvocationItem[], key: JoinKey) =>
  joinRows(ids, rows, key, new Set(ids));

/** Ids, and a reply to them: any of their rows, in any order, any number of times, with strangers among them. */
const asked = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,6}$/), { minLength: 1, maxLength: 20 });
const conversation = asked.chain((ids) =>
  fc.tuple(
    fc.constant(ids),
    fc.array(
      fc.oneof(
        fc.constantFrom(...ids).map(ok),
        fc.constantFrom(...ids).map(bad),
        fc.constant(ok('STRANGER')),
        fc.constant<InvocationItem>({ ret_status: 'successful' }),
        fc.constant<InvocationItem>({ instance_id: null, ret_status: 'error' }),
      ),
      { maxLength: 60 },
    ),
  ),
);

test('whatever the cloud shuffles, omits or repeats, an id has a row exactly where the reply has one', () => {
  fc.assert(
    fc.property(conversation, ([ids, rows]) => {
      const { byId } = join(ids, rows, 'instance_id');
      for (const id of ids) expect(byId.has(id)).toBe(rows.some((row) => row.instance_id === id));
    }),
  );
});

test('no row about an id is ever given to another id', () => {
  fc.assert(
    fc.property(conversation, ([ids, rows]) => {
      for (const [id, row] of join(ids, rows, 'instance_id').byId) expect(row.instance_id).toBe(id);
    }),
  );
});

test('an id with any error row is never successful', () => {
  fc.assert(
    fc.property(conversation, ([ids, rows]) => {
      const { byId } = join(ids, rows, 'instance_id');
      for (const row of rows.filter((entry) => entry.ret_status === 'error' && ids.includes(entry.instance_id ?? ''))) {
        expect(byId.get(row.instance_id ?? '')?.ret_status).toBe('error');
      }
    }),
  );
});

test('no row of the reply is lost, but for exact repetitions', () => {
  fc.assert(
    fc.property(conversation, ([ids, rows]) => {
      const { byId, extra } = join(ids, rows, 'instance_id');
      const kept = new Set([...byId.values(), ...extra].map((row) => JSON.stringify(row)));
      for (const row of rows) expect(kept.has(JSON.stringify(row))).toBe(true);
    }),
  );
});

test.each([
  { first: 'successful', second: 'error', wins: 'error' },
  { first: 'error', second: 'successful', wins: 'error' },
  { first: 'successful', second: 'SUCCESS', wins: 'SUCCESS' },
  { first: 'odd', second: 'error', wins: 'error' },
])('of two rows about one id, $first and $second, $wins counts and the other is extra', ({ first, second, wins }) => {
  const rows = [first, second].map((ret_status) => ({ instance_id: 'a', ret_status }));
  const { byId, extra } = join(['a'], rows, 'instance_id');
  expect(byId.get('a')?.ret_status).toBe(wins);
  expect(extra).toEqual(rows.filter((row) => row.ret_status !== wins));
});

test('rows with the asked invocation ids are joined by them', () => {
  const rows = [{ invocation_id: 'b' }, { invocation_id: 'a' }];
  const { byId, byPosition } = join(['a', 'b'], rows, 'invocation_id');
  expect([...byId]).toEqual([
    ['b', rows[0]],
    ['a', rows[1]],
  ]);
  expect(byPosition).toBe(false);
});

test('as many rows as ids, all with new invocation ids, are joined by position', () => {
  const rows = [{ invocation_id: 'new-1' }, {}];
  const { byId, extra, byPosition } = join(['a', 'b'], rows, 'invocation_id');
  expect([...byId]).toEqual([
    ['a', rows[0]],
    ['b', rows[1]],
  ]);
  expect({ extra, byPosition }).toEqual({ extra: [], byPosition: true });
});

test('beside ids that were refused under their own name, the others are joined by position; contradictions stay apart', () => {
  const refused = { invocation_id: 'b', ret_status: 'error', error_msg: 'no' };
  const again = { ...refused, error_msg: 'never' };
  const fresh = ['new-1', 'new-2'].map((invocation_id) => ({ invocation_id, ret_status: 'successful' }));

  const { byId, extra, byPosition } = join(
    ['a', 'b', 'c'],
    [fresh[0] ?? {}, refused, again, fresh[1] ?? {}],
    'invocation_id',
  );

  expect(Object.fromEntries(byId)).toEqual({ a: fresh[0], b: refused, c: fresh[1] });
  expect({ extra, byPosition }).toEqual({ extra: [again], byPosition: true });
});

test('where every id has its own row, none is joined by position', () => {
  const rows = ['a', 'b'].map((invocation_id) => ({ invocation_id, ret_status: 'error' }));
  expect(join(['a', 'b'], rows, 'invocation_id')).toMatchObject({ extra: [], byPosition: false });
});

test('of two rows of the same weight the first counts, and an exact repetition is not kept', () => {
  const [first, second] = ['one', 'two'].map((error_msg) => ({ instance_id: 'a', ret_status: 'error', error_msg }));

  const { byId, extra } = join(['a'], [first ?? {}, { ...first }, second ?? {}], 'instance_id');

  expect(byId.get('a')).toEqual(first);
  expect(extra).toEqual([second]);
});

test('a row for an id without an answer has the id, the code and the words of the reason', () => {
  expect(unansweredRow('invocation_id', 'a', silence)).toEqual({
    invocation_id: 'a',
    ret_status: 'unanswered',
    error_code: 'NO_ANSWER',
    error_msg: 'nothing said',
  });
});

test.each([
  { name: 'fewer rows than ids', rows: [{ invocation_id: 'new-1' }] },
  { name: 'one of the asked ids among new ones', rows: [{ invocation_id: 'new-1' }, { invocation_id: 'a' }] },
])('$name: position decides nothing', ({ rows }) => {
  const { byId, extra } = join(['a', 'b'], rows, 'invocation_id');
  expect(byId.has('b')).toBe(false);
  expect(extra).toEqual([{ invocation_id: 'new-1' }]);
});

test('where one of the rows is about an id of another call, position decides nothing', () => {
  const rows = ['new', 'elsewhere'].map((invocation_id) => ({ invocation_id, ret_status: 'successful' }));

  const joined = joinRows(['a', 'b'], rows, 'invocation_id', new Set(['a', 'b', 'elsewhere']));

  expect([joined.byId.size, joined.extra, joined.byPosition]).toEqual([0, rows, false]);
});

test('instance ids are never joined by position', () => {
  expect(join(['a'], [{ ret_status: 'successful' }], 'instance_id').byId.size).toBe(0);
});

test.each([undefined, null, ''])('a row with ret_status %j is unanswered and says why', (ret_status) => {
  expect(answeredRow({ instance_id: 'a', ret_status }, () => silence)).toEqual({
    instance_id: 'a',
    ret_status: 'unanswered',
    error_code: 'NO_ANSWER',
    error_msg: 'nothing said',
  });
});

test.each(['successful', 'error', 'a word of tomorrow'])('a row with ret_status %j stays as it is', (ret_status) => {
  const row = { instance_id: 'a', ret_status, error_code: '', kept: 1 };

  expect(answeredRow(row, () => silence)).toEqual(row);
});

test('a row without ret_status keeps what the cloud said beside it', () => {
  const row = answeredRow({ error_code: 'invocationmgr.0001', error_msg: 'busy' }, () => silence);
  expect(row).toEqual({ ret_status: 'unanswered', error_code: 'invocationmgr.0001', error_msg: 'busy' });
});

test('a summary counts unknown words as unanswered, never as success', () => {
  const rows = ['successful', 'error', 'SUCCESSFUL', 'success', 'unanswered'].map((ret_status) => ({ ret_status }));
  expect(summarise(rows)).toEqual({ requested: 5, successful: 1, failed: 1, unanswered: 3 });
});
