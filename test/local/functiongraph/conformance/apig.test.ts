import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixturePlatform, route, startFixtures } from '../fixture-platform.js';

const echo = `exports.handler = async (event, context) => ({
  statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event), isBase64Encoded: false })`;
const code = (text: string) => `exports.handler = async (event, context) => { ${text} }`;

let platform: FixturePlatform;
beforeAll(async () => {
  platform = await startFixtures({
    echo: {
      code: echo,
      routes: [
        route('/echo'),
        route('/echo', { method: 'GET' }),
        route('/prefix', { method: 'ANY', matchMode: 'SWA' }),
        route('/off', { active: false }),
        route('/things/{name}'),
        route('/things/{name}/{verb}', { matchMode: 'SWA' }),
      ],
    },
    named: { code: echo.replace('200', '298'), routes: [route('/things/all'), route('/things/all/{verb}')] },
    below: { code: echo.replace('200', '299'), routes: [route('/prefix/below', { matchMode: 'SWA' })] },
    text: { code: code("return 'plain'"), routes: [route('/text')] },
    throws: { code: code("throw new Error('inside')"), routes: [route('/throws')] },
    slow: { code: code('await new Promise(() => {})'), routes: [route('/slow', { timeoutMs: 50 })], timeout: 1 },
    slower: { code: code('await new Promise(() => {})'), routes: [route('/slower')], timeout: 0.2 },
    header: {
      code: code("return { statusCode: 200, headers: { 'a b': 'c' }, body: '', isBase64Encoded: false }"),
      routes: [route('/header')],
    },
  });
});
afterAll(() => platform.close());

/** The event that the echo function got. */
async function eventOf(path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`${platform.url}${path}`, { method: 'POST', ...init });
  return (await response.json()) as Record<string, unknown>;
}

describe('the event of a route', () => {
  it('has exactly the fields of the gateway', async () => {
    const event = await eventOf('/echo?a=1', { body: '{"b":2}', headers: { 'X-Mixed-Case': 'Yes' } });
    expect(event).toEqual({
      requestContext: {
        apiId: expect.stringMatching(/^[\da-f]{32}$/),
        requestId: expect.stringMatching(/^[\da-f]{32}$/),
        stage: 'RELEASE',
      },
      headers: expect.objectContaining({
        'x-mixed-case': 'Yes',
        'x-real-ip': '127.0.0.1',
        'x-forwarded-proto': 'http',
      }),
      httpMethod: 'POST',
      pathParameters: {},
      queryStringParameters: { a: '1' },
      body: Buffer.from('{"b":2}').toString('base64'),
      isBase64Encoded: true,
      path: '/echo',
    });
  });

  it('is marked as base64 even where the body is empty', async () => {
    expect(await eventOf('/echo', { method: 'GET' })).toMatchObject({
      body: '',
      isBase64Encoded: true,
      queryStringParameters: {},
    });
  });

  it('keeps every byte of the body', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { body } = await eventOf('/echo', { body: bytes });
    expect(new Uint8Array(Buffer.from(String(body), 'base64'))).toEqual(bytes);
  });

  it('has an array for a repeated query name, and decoded values', async () => {
    const { queryStringParameters } = await eventOf('/echo?a=1&a=2&b=x%20y+z&c=&d');
    expect(queryStringParameters).toEqual({ a: ['1', '2'], b: 'x y z', c: '', d: '' });
  });

  it('has an array for a repeated header', async () => {
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      const sent = request(
        `${platform.url}/echo`,
        { method: 'POST', headers: { 'x-twice': ['a', 'b'] } },
        async (response) => {
          let text = '';
          for await (const chunk of response) text += chunk;
          resolve(JSON.parse(text).headers);
        },
      );
      sent.on('error', reject).end();
    });
    expect(headers['x-twice']).toEqual(['a', 'b']);
  });

  it("takes the caller's address from the connection, whatever the caller says", async () => {
    const { headers } = await eventOf('/echo', { headers: { 'x-real-ip': '1.2.3.4', 'x-forwarded-for': '1.2.3.4' } });
    expect(headers).toMatchObject({ 'x-real-ip': '127.0.0.1', 'x-forwarded-for': '1.2.3.4, 127.0.0.1' });
  });

  it('of a prefix route has the remainder under an empty key', async () => {
    const { pathParameters, path } = await eventOf('/prefix/helloWorld/Test');
    expect([pathParameters, path]).toEqual([{ '': 'helloWorld/Test' }, '/prefix/helloWorld/Test']);
  });

  it.each([
    ['/things/a%20b', { name: 'a b' }],
    ['/things/a%2Fb', { name: 'a/b' }],
    ['/things/%zz', { name: '%zz' }],
    ['/things/a/b/c/d', { name: 'a', verb: 'b', '': 'c/d' }],
  ])('of %s has the values of its parameters', async (path, values) => {
    const event = await eventOf(path);
    expect([event.pathParameters, event.path]).toEqual([values, path]);
  });
});

describe('a route', () => {
  it.each([
    ['POST', '/nowhere', 404],
    ['DELETE', '/echo', 404],
    ['POST', '/echo/more', 404],
    ['POST', '/off', 404],
    ['POST', '/prefixed', 404],
    ['PUT', '/prefix', 200],
    ['POST', '/prefix/below/it', 299],
    ['POST', '/things/any', 200],
    ['POST', '/things/all', 298],
    ['POST', '/things/all/of', 298],
    ['POST', '/things/any/of', 200],
    ['POST', '/things/', 404],
    ['POST', '/things/any/', 404],
  ])('%s %s answers %d', async (method, path, status) => {
    const response = await fetch(`${platform.url}${path}`, { method });
    await response.arrayBuffer();
    expect(response.status).toBe(status);
  });

  it("that does not exist gets the gateway's own body", async () => {
    const response = await fetch(`${platform.url}/nowhere`);
    expect(await response.json()).toEqual({
      error_code: 'APIG.0101',
      error_msg: 'The API does not exist or has not been published in the environment.',
      request_id: response.headers.get('x-request-id'),
    });
  });

  it.each([
    ['/text', 500, 'FUNCTION_FAILED'],
    ['/throws', 500, 'FUNCTION_FAILED'],
    ['/header', 500, 'FUNCTION_FAILED'],
    ['/slow', 504, 'APIG.0203'],
    ['/slower', 504, 'APIG.0203'],
  ])('of a function that fails (%s) answers %d', async (path, status, code) => {
    const response = await fetch(`${platform.url}${path}`, { method: 'POST' });
    expect([response.status, ((await response.json()) as { error_code: string }).error_code]).toEqual([status, code]);
  });

  it.each([
    ['the gateway takes', 12 * 1024 * 1024 + 1],
    ['a function takes', 5 * 1024 * 1024],
  ])('refuses a body larger than %s with 413', async (_who, size) => {
    const response = await fetch(`${platform.url}/echo`, { method: 'POST', body: Buffer.alloc(size) });
    await response.arrayBuffer();
    expect(response.status).toBe(413);
  });

  it('is reported with its HTTP status', async () => {
    await eventOf('/echo');
    expect(platform.reports.at(-1)).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} {2}echo +APIG POST \/echo +[\da-f-]{36} {2}200 +\d+ ms {2}max \d+ MB$/,
    );
  });

  it('that fails is reported with the error of the function', async () => {
    await fetch(`${platform.url}/throws`, { method: 'POST' });
    expect(platform.reports.at(-1)).toMatch(/500 \(4002\) .*function invocation exception, error: inside$/);
  });
});
