import { describe, expect, it } from 'vitest';
import { CloudConnectionError, CloudRejectedError, CloudTimeoutError } from '../../../shared/client/errors.js';
import type { Chunk } from '../../../shared/operations/in-batches.js';
import {
  checkOf,
  hostsCheck,
  joinChunks,
  lookedRows,
  type Reply,
  type RowsById,
  rowsOfHosts,
  rowsOfIds,
} from '../../../shared/operations/invocation-rows.js';
import type { InvocationRow, JoinKey } from '../../../shared/operations/join-invocations.js';
import type { InvocationItem } from '../../../shared/schemas/ces-create-invocations.js';

const upstream = { service: 'ces' };
const late = new CloudTimeoutError('Late.', 'unknown', upstream);
const refused = new CloudRejectedError('No.', upstream);
const off = new CloudConnectionError('Off.', 'not-sent', upstream);

const answered = <Item>(items: readonly Item[], invocations: readonly InvocationItem[]): Chunk<Item, Reply> => ({
  items,
  result: 'answered',
  reply: { invocations },
});
const failed = <Item>(items: readonly Item[], error: unknown): Chunk<Item, Reply> => ({
  items,
  result: 'failed',
  error,
});
/** One call that holds all the ids that were asked for. */
const readAlone = (chunk: Chunk<string, Reply>, key: JoinKey) => rowsOfIds(chunk, key, new Set(chunk.items));
const done = (instance_id: string) => ({ instance_id, invocation_id: `t-${instance_id}`, ret_status: 'successful' });
const silence = (query: string) =>
  `The cloud answered the call but said nothing about this item, so its outcome is unknown. It may have created a task: look with GET /agent-invocations?${query} before you call again.`;

describe('the rows of ids', () => {
  it('give each id of an answered call its row, and the doubtful ones to look for', () => {
    const rows = [done('a'), { instance_id: 'b', ret_status: '' }, done('x')];

    const read = readAlone(answered(['a', 'b', 'c'], rows), 'instance_id');

    expect([...read.byId]).toEqual([
      ['a', done('a')],
      [
        'b',
        {
          instance_id: 'b',
          ret_status: 'unanswered',
          error_code: 'NO_ANSWER',
          error_msg: silence('instance_id=b'),
        },
      ],
      [
        'c',
        {
          instance_id: 'c',
          ret_status: 'unanswered',
          error_code: 'NO_ANSWER',
          error_msg: silence('instance_id=c'),
        },
      ],
    ]);
    expect(read).toMatchObject({ extra: [done('x')], byPosition: false, inDoubt: ['b', 'c'] });
  });

  it('say under which id a task was asked for, where the cloud may give it a new one', () => {
    const read = readAlone(answered(['old'], [{ invocation_id: 'new', ret_status: 'successful' }]), 'invocation_id');

    expect([...read.byId]).toEqual([
      ['old', { invocation_id: 'new', ret_status: 'successful', requested_invocation_id: 'old' }],
    ]);
    expect(read).toMatchObject({ extra: [], byPosition: true, inDoubt: [] });
  });

  it.each([
    ['in doubt', late, 'CLOUD_TIMEOUT', 'Late. It may have created a task: look with GET', ['a']],
    [
      'refused',
      refused,
      'CLOUD_REJECTED',
      'No. The call that held this item was refused as a whole: it created no task.',
      [],
    ],
    ['not sent', off, 'CLOUD_CONNECTION', 'Off. This item was not sent; call again with it.', []],
  ])('of a call that failed say why: %s', (_, error, code, message, inDoubt) => {
    const read = readAlone(failed(['a'], error), 'invocation_id');

    expect([...read.byId]).toEqual([
      [
        'a',
        {
          invocation_id: 'a',
          ret_status: 'unanswered',
          error_code: code,
          error_msg: expect.stringContaining(message),
          requested_invocation_id: 'a',
        },
      ],
    ]);
    expect({ ...read, byId: undefined }).toEqual({ byId: undefined, extra: [], byPosition: false, inDoubt });
  });

  it('of several calls are put together in order', () => {
    const byNewIds = readAlone(answered(['b'], [{ invocation_id: 'new', ret_status: 'error' }]), 'invocation_id');
    const chunks = [readAlone(answered(['a'], [done('x')]), 'instance_id'), byNewIds];

    const joined = joinChunks(chunks);

    expect([...joined.byId.keys()]).toEqual(['a', 'b']);
    expect(joined).toMatchObject({ extra: [done('x')], byPosition: true, inDoubt: ['a'] });
    expect(joinChunks([chunks[0] as RowsById]).byPosition).toBe(false);
  });
});

describe('a row about an id of another call', () => {
  const asked = new Set(['a', 'b']);
  const row = (invocation_id: string) => ({ invocation_id, ret_status: 'successful' });

  it('is extra: it answers for no id, neither by its name nor by its position', () => {
    const chunks = [
      rowsOfIds(answered(['a'], [row('b')]), 'invocation_id', asked),
      rowsOfIds(failed(['b'], late), 'invocation_id', asked),
    ];

    const { byId, extra, byPosition, inDoubt } = joinChunks(chunks);

    expect([...byId.values()].map((one) => one.ret_status)).toEqual(['unanswered', 'unanswered']);
    expect({ extra, byPosition, inDoubt }).toEqual({ extra: [row('b')], byPosition: false, inDoubt: ['a', 'b'] });
  });

  it('casts doubt on the position of all others', () => {
    const read = rowsOfIds(answered(['a', 'c'], [row('new'), row('b')]), 'invocation_id', new Set(['a', 'b', 'c']));

    expect(read).toMatchObject({ extra: [row('new'), row('b')], byPosition: false, inDoubt: ['a', 'c'] });
  });
});

describe('the rows after a look', () => {
  const doubt: RowsById = {
    byId: new Map<string, InvocationRow>([
      ['a', { instance_id: 'a', ret_status: 'unanswered', error_code: 'X', error_msg: 'Silent.' }],
      ['b', { instance_id: 'b', ret_status: 'unanswered', error_code: 'X', error_msg: 'Silent.' }],
      ['c', done('c')],
    ]),
    extra: [done('x')],
    byPosition: false,
    inDoubt: ['a', 'b'],
  };
  const findings = new Map([
    ['a', { found: { instance_id: 'a', invocation_id: 'found', invocation_status: 'RUNNING' } }],
    ['b', { notFound: 'Looked: nothing.' }],
  ]);

  it('are done where a task was found, say what was seen where not, and stay as they are else', () => {
    const looked = lookedRows(doubt, 'instance_id', findings);

    expect([...looked.byId]).toEqual([
      ['a', { instance_id: 'a', invocation_id: 'found', ret_status: 'successful', reconciled: true }],
      ['b', { instance_id: 'b', ret_status: 'unanswered', error_code: 'X', error_msg: 'Silent. Looked: nothing.' }],
      ['c', done('c')],
    ]);
    expect(looked.extra).toEqual([done('x')]);
  });

  it('keep the id that was asked for', () => {
    expect(lookedRows(doubt, 'invocation_id', findings).byId.get('a')).toEqual({
      instance_id: 'a',
      invocation_id: 'found',
      ret_status: 'successful',
      reconciled: true,
      requested_invocation_id: 'a',
    });
  });
});

describe('how to check', () => {
  it.each([
    [[], ''],
    [['a'], 'Check with GET /agent-invocations?instance_id=a.'],
    [['a', 'b', 'c'], 'Check with GET /agent-invocations?instance_id=a, and so for the other 2.'],
  ])('names the first id and counts the others: %j', (ids, check) => {
    expect(checkOf(ids, 'instance_id')).toBe(check);
  });

  it('goes by the type for hosts, which have no id', () => {
    expect(hostsCheck('REMOTE_INSTALL')).toBe('Check with GET /agent-invocations?invocation_type=REMOTE_INSTALL.');
  });
});

describe('the rows of hosts', () => {
  const type = 'REMOTE_INSTALL';
  const hosts = [{ instance_name: 'web', remote_ip: '10.0.0.1' }, { remote_ip: '10.0.0.2' }, {}];

  it('stand as they come where there are as many', () => {
    const rows = [done('a'), { ret_status: 'error' }, { instance_id: 'c' }];

    expect(rowsOfHosts(answered(hosts, rows), type)).toEqual({
      rows: [
        done('a'),
        { ret_status: 'error' },
        {
          instance_id: 'c',
          ret_status: 'unanswered',
          error_code: 'NO_ANSWER',
          error_msg: silence('invocation_type=REMOTE_INSTALL'),
        },
      ],
      extra: [],
    });
  });

  it('are filled up where there are fewer, without saying which host has none', () => {
    const { rows, extra } = rowsOfHosts(answered(hosts, [done('a')]), type);

    const missing = {
      ret_status: 'unanswered',
      error_code: 'NO_ANSWER',
      error_msg: `The cloud gave 1 rows for 3 hosts; which host has none is not known. ${silence('invocation_type=REMOTE_INSTALL')}`,
    };
    expect({ rows, extra }).toEqual({ rows: [done('a'), missing, missing], extra: [] });
  });

  it('are kept aside where there are more', () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].map(done);

    expect(rowsOfHosts(answered(hosts, rows), type)).toEqual({ rows: rows.slice(0, 3), extra: rows.slice(3) });
  });

  it('name the host where the call failed', () => {
    const { rows, extra } = rowsOfHosts(failed(hosts, late), type);

    const message = `Late. It may have created a task: look with GET /agent-invocations?invocation_type=REMOTE_INSTALL before you call again.`;
    expect(extra).toEqual([]);
    expect(rows).toEqual(
      ['web', '10.0.0.2', 'without a name'].map((name) => ({
        ret_status: 'unanswered',
        error_code: 'CLOUD_TIMEOUT',
        error_msg: `Host ${name}: ${message}`,
      })),
    );
  });
});
