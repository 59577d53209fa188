import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { apig, gateways } from '../shared/handler/triggers/http-events.js';
import { deliver, otherToken, pushOf, pushToken, signedHeaders } from './signed-push.js';

/** The cases D1 to D26 of a push receiver and their siblings, each through the built bundle. */

const accepted = { status: 200, body: { accepted: true } };
const refusedAtTheDoor = { status: 401, body: { code: 'PUSH_SIGNATURE_INVALID' } };
const notTaken = (reason: string) => ({
  status: 200,
  body: { accepted: false, reason: expect.stringContaining(reason) },
});
/** IoTDA waits for 15 s. */
const budgetCpuMs = 3_000;

describe('the method and the path', () => {
  test.each(['GET', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH', 'TRACE', ''])(
    'D1: %j is answered 405',
    async (method) => {
      expect(await deliver({ method, body: pushOf() })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    },
  );

  test.each(['/notifications/batchtask/', '/', '', '/a/b?x=1', '/notifications//batchtask'])(
    'D25: the path %j is the route’s affair: 200 and no redirect',
    async (path) => {
      const { status, headers } = await deliver({ path, body: pushOf() });
      expect([status, headers.location]).toEqual([200, undefined]);
    },
  );
});

describe('a body that can be read is taken whatever it is labelled', () => {
  const { 'content-type': _type, ...untyped } = signedHeaders();

  test.each([
    ['D4: no content-type', untyped],
    ['D4: text/plain', signedHeaders({ 'content-type': 'text/plain' })],
  ])('%s', async (_case, headers) => {
    expect(await deliver({ headers, body: pushOf() })).toMatchObject({ status: 200, body: { accepted: true } });
  });
});

describe('a body that cannot be read is answered 200 with a reason and leaves a line', () => {
  const headers = (more: Record<string, string>) => signedHeaders(more);
  const valid = JSON.stringify(pushOf());

  test.each<[string, Record<string, string>, string | Buffer | undefined, string]>([
    ['D2: no body', signedHeaders(), undefined, 'empty'],
    ['D2: an empty body', signedHeaders(), '', 'empty'],
    ['D2: white space', signedHeaders(), ' \r\n\t ', 'empty'],
    ['D2: a byte order mark alone', signedHeaders(), '\uFEFF', 'empty'],
    [
      'D4: GBK bytes',
      signedHeaders(),
      Buffer.from([0x7b, 0x22, 0xc4, 0xe3, 0xba, 0xc3, 0x22, 0x3a, 0x31, 0x7d]),
      'UTF-8',
    ],
    ['D4: UTF-16', signedHeaders(), Buffer.from(valid, 'utf16le'), 'not valid JSON'],
    ['D5: gzip', headers({ 'content-encoding': 'gzip' }), gzipSync(valid), 'content-encoding'],
    ['D5: gzip that is not declared', signedHeaders(), gzipSync(valid), 'UTF-8'],
    ['D5: 1 MB and a byte', signedHeaders(), `"${'x'.repeat(1024 * 1024)}"`, 'no push has more than 1 MB'],
    ['D5: 10 MB', signedHeaders(), `{"a":"${'x'.repeat(10 * 1024 * 1024)}"}`, 'The body has 10.0 MB'],
    ['D5: 10 MB of nothing', signedHeaders(), ' '.repeat(10 * 1024 * 1024), 'The body has 10.0 MB'],
    ['D7: a key twice', signedHeaders(), valid.replace('"status":', '"status":"Fail","status":'), 'same key twice'],
    [
      'D7: a key twice, once escaped',
      signedHeaders(),
      valid.replace('"status":', '"st\\u0061tus":1,"status":'),
      'twice',
    ],
    [
      'D7: a key twice in a task that is text',
      signedHeaders(),
      JSON.stringify({
        resource: 'batchtask',
        event: 'update',
        notify_data: { body: '{"task_id":"t","status":"Fail","status":"Success"}' },
      }),
      'same key twice',
    ],
    ['D7: arrays 10,000 deep', signedHeaders(), '['.repeat(10_000) + ']'.repeat(10_000), 'nested deeper'],
    ['D7: objects 10,000 deep', signedHeaders(), `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'nested deeper'],
    ['D7: a million open brackets', signedHeaders(), '['.repeat(1_000_000), 'nested deeper'],
    ['half a JSON text', signedHeaders(), valid.slice(0, -1), 'not valid JSON'],
    ['a million quotes', signedHeaders(), '"'.repeat(1_000_000), 'not valid JSON'],
    ['a million backslashes', signedHeaders(), `"${'\\'.repeat(1_000_000)}`, 'not valid JSON'],
    ['a form', headers({ 'content-type': 'application/x-www-form-urlencoded' }), 'a=1', 'not valid JSON'],
  ])('%s', async (_case, given, body, reason) => {
    const { status, body: answer, lines, cpuMs } = await deliver({ headers: given, body });

    expect({ status, body: answer }).toMatchObject(notTaken(reason));
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'invocation', request_id: 'push-test', status: 200 }),
    );
    expect(cpuMs).toBeLessThan(budgetCpuMs);
  });

  test.each(['application/json', 'application/json;charset=UTF-8', 'APPLICATION/JSON ; charset=gbk'])(
    'D4: the content-type %s is taken',
    async (type) => {
      expect(await deliver({ headers: signedHeaders({ 'content-type': type }), body: pushOf() })).toMatchObject(
        accepted,
      );
    },
  );

  test('D5: a body just below 1 MB is taken', async () => {
    const body = pushOf({ padding: 'x'.repeat(1024 * 1024 - 1_000) });
    expect(await deliver({ body })).toMatchObject(accepted);
  });

  test('D5: twice the body costs about twice the work, and never more than the bound', async () => {
    const keys = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join(',')}}`;
    const costs: number[] = [];
    for (const count of [20_000, 40_000, 80_000]) costs.push((await deliver({ body: keys(count) })).cpuMs);
    // A quadratic reader would take minutes for the last one.
    expect(Math.max(...costs)).toBeLessThan(budgetCpuMs);
  });
});

describe.each(gateways)('the signature over %s', (_name, gateway) => {
  test.each([
    ['D8: in capitals', (name: string) => name.toUpperCase()],
    ['D8: with a capital', (name: string) => name.charAt(0).toUpperCase() + name.slice(1)],
  ])('%s', async (_case, spelled) => {
    const headers = Object.fromEntries(Object.entries(signedHeaders()).map(([name, value]) => [spelled(name), value]));
    expect(await deliver({ headers, body: pushOf(), gateway })).toMatchObject(accepted);
  });

  test('D8: header values in arrays of one are taken', async () => {
    const headers = Object.fromEntries(Object.entries(signedHeaders()).map(([name, value]) => [name, [value]]));
    expect(await deliver({ headers, body: pushOf(), gateway })).toMatchObject(accepted);
  });

  test.each(['signature', 'timestamp', 'nonce'])('D8: two %s headers are refused, whichever is right', async (name) => {
    const right = signedHeaders();
    for (const values of [
      [right[name] ?? '', 'x'],
      ['x', right[name] ?? ''],
      [right[name] ?? '', right[name] ?? ''],
    ]) {
      expect(await deliver({ headers: { ...right, [name]: values }, body: pushOf(), gateway })).toMatchObject(
        refusedAtTheDoor,
      );
    }
  });

  test.each(['signature', 'timestamp', 'nonce'])('a missing or empty %s is refused', async (name) => {
    const { [name]: _left, ...missing } = signedHeaders();
    for (const headers of [
      missing,
      { ...missing, [name]: '' },
      { ...missing, [name]: '  ' },
      { ...missing, [name]: [] },
    ]) {
      expect(await deliver({ headers, body: pushOf(), gateway })).toMatchObject(refusedAtTheDoor);
    }
  });
});

describe('the signature', () => {
  test('D8: a header in two spellings is refused', async () => {
    const headers = { ...signedHeaders(), Signature: 'f'.repeat(64) };
    expect(await deliver({ headers, body: pushOf() })).toMatchObject(refusedAtTheDoor);
  });

  test('D8: header values that are neither text nor list are no signature', async () => {
    for (const signature of [null, {}, [[signedHeaders().signature]], true, 5]) {
      const event = apig({ method: 'POST', body: '{}' });
      const strange = () => ({ ...event, headers: { ...signedHeaders(), signature } });
      expect(await deliver({ gateway: strange })).toMatchObject(refusedAtTheDoor);
    }
  });

  test('D10: is taken in upper-case hex', async () => {
    const headers = signedHeaders();
    headers.signature = headers.signature?.toUpperCase() ?? '';
    expect(await deliver({ headers, body: pushOf() })).toMatchObject(accepted);
  });

  test.each([
    '',
    'f',
    'f'.repeat(63),
    'f'.repeat(64),
    'f'.repeat(65),
    'f'.repeat(100_000),
    'zz'.repeat(32),
    'ü'.repeat(64),
    '\u0000',
  ])('D11: written otherwise is refused (%#)', async (signature) => {
    expect(await deliver({ headers: signedHeaders({ signature }), body: pushOf() })).toMatchObject(refusedAtTheDoor);
  });

  test('D13: without a configured token a push is taken, and the log says that nobody checked', async () => {
    const { status, lines } = await deliver({ body: pushOf(), settings: { IOTDA_PUSH_TOKEN: '' } });
    expect(status).toBe(200);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'WARN', message: expect.stringContaining('IOTDA_PUSH_TOKEN') }),
    );
  });

  test('D14: a wrong token of ours shows in every line, with what to compare', async () => {
    const { status, lines } = await deliver({ body: pushOf(), settings: { IOTDA_PUSH_TOKEN: otherToken } });
    expect([status, lines]).toEqual([
      401,
      [expect.objectContaining({ level: 'WARN', error: expect.objectContaining({ code: 'PUSH_SIGNATURE_INVALID' }) })],
    ]);
    expect(JSON.stringify(lines)).toContain('compare IOTDA_PUSH_TOKEN');
  });

  test.each([pushToken, otherToken])('of any of several tokens is taken: %s', async (token) => {
    const settings = { IOTDA_PUSH_TOKEN: ` first ,${pushToken},, ${otherToken}` };
    expect(await deliver({ headers: signedHeaders({}, token), body: pushOf(), settings })).toMatchObject(accepted);
  });

  test('of no token is refused where the setting holds only commas', async () => {
    const { status, body } = await deliver({
      headers: signedHeaders({}, ''),
      body: pushOf(),
      settings: { IOTDA_PUSH_TOKEN: ',' },
    });
    expect([status, body.code]).toEqual([500, 'INVALID_SETTING']);
  });

  test.each([
    ['equal texts', { timestamp: pushToken, nonce: pushToken }],
    ['spaces in the nonce', { nonce: 'a b  c' }],
    ['a comma in the nonce', { nonce: 'a, b' }],
    ['a nonce of 1 kB', { nonce: 'n'.repeat(1_024) }],
    ['a nonce of one character', { nonce: '0' }],
  ])('D16: is taken with %s', async (_case, over) => {
    expect(await deliver({ headers: signedHeaders(over), body: pushOf() })).toMatchObject(accepted);
  });
});
