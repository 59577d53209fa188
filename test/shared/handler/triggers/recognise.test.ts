import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidInputError } from '../../../../shared/client/errors.js';
import type { HttpRequest } from '../../../../shared/handler/triggers/invocation.js';
import { recognise } from '../../../../shared/handler/triggers/recognise.js';
import { apiGatewayV1, apiGatewayV2, apig, gateways } from './http-events.js';
import { inputOf } from './input-of.js';

function httpOf(event: unknown): HttpRequest {
  const invocation = recognise(event);
  if (!('http' in invocation)) throw new Error(`not recognised as HTTP but as ${invocation.trigger}`);
  return invocation.http;
}

describe.each(gateways)('an event of %s', (name, gateway) => {
  test('is recognised as what it is', () => {
    expect(recognise(gateway({ method: 'POST', body: '{}' })).trigger).toBe(name);
  });

  test('gives the method in upper case', () => {
    expect(httpOf(gateway({ method: 'post' })).method).toBe('POST');
  });

  test('gives the path', () => {
    expect(httpOf(gateway({ method: 'GET', path: '/agent-invocations' })).path).toBe('/agent-invocations');
  });

  test('gives header names in lower case', () => {
    expect(httpOf(gateway({ method: 'GET', headers: { 'X-Thing': 'one' } })).headers['x-thing']).toBe('one');
  });

  test('gives a repeated query parameter as an array and a single one as text', () => {
    const { query } = httpOf(gateway({ method: 'GET', query: { status: ['A', 'B'], limit: '10' } }));
    expect({ ...query }).toEqual({ status: ['A', 'B'], limit: '10' });
  });

  test('gives no query as an empty object', () => {
    expect({ ...httpOf(gateway({ method: 'GET' })).query }).toEqual({});
  });

  test.each([true, false])('passes the body on as it came (base64: %s)', (base64) => {
    const http = httpOf(gateway({ method: 'POST', body: '{"a":"ü"}' }, base64));
    expect(Buffer.from(http.body, http.isBase64Encoded ? 'base64' : 'utf8').toString()).toBe('{"a":"ü"}');
  });

  test('takes a body that is the object itself as if it had been written out', () => {
    const event = { ...gateway({ method: 'POST' }), body: { a: 'ü' }, isBase64Encoded: true };
    expect(httpOf(event)).toMatchObject({ body: '{"a":"ü"}', isBase64Encoded: false });
  });

  test('gives a body that cannot be written out as empty text', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const body of [cycle, { a: 1n }, { toJSON: () => undefined }]) {
      expect(httpOf({ ...gateway({ method: 'POST' }), body }).body).toBe('');
    }
  });

  test('gives no body as empty text', () => {
    expect(httpOf(gateway({ method: 'GET' })).body).toBe('');
  });

  test('keeps a header and a parameter called __proto__ as plain names', () => {
    const request = JSON.parse('{"method":"GET","headers":{"__proto__":"h"},"query":{"__proto__":"q"}}');
    const http = httpOf(gateway(request));
    expect([Object.keys(http.headers), Object.keys(http.query)]).toEqual([['__proto__'], ['__proto__']]);
  });
});

describe('the odd corners of gateway events', () => {
  test('header values that are arrays are joined', () => {
    expect(httpOf(apig({ method: 'GET', headers: { Accept: ['a', 'b'] } })).headers.accept).toBe('a, b');
  });

  test('headers that differ only in case are joined', () => {
    const event = { ...apig({ method: 'GET' }), headers: { Signature: 'one', signature: 'two' } };
    expect(httpOf(event).headers.signature).toBe('one, two');
  });

  test('header values that are no text are left out, numbers are text', () => {
    const event = { ...apig({ method: 'GET' }), headers: { a: null, b: { c: 1 }, d: 5, e: [], f: [null, 'x'] } };
    expect({ ...httpOf(event).headers }).toEqual({ d: '5', f: 'x' });
  });

  test('three values of one parameter come out as one flat array', () => {
    expect(httpOf(apig({ method: 'GET', query: { a: ['1', '2', '3'] } })).query.a).toEqual(['1', '2', '3']);
  });

  test.each([null, undefined, 'text', 5, [], true])('headers, query and body given as %s count as absent', (odd) => {
    const http = httpOf({ httpMethod: 'GET', headers: odd, queryStringParameters: odd, body: odd, path: odd });
    expect([Object.keys(http.headers), Object.keys(http.query)]).toEqual([[], []]);
  });

  test('an event with nothing but a method is an HTTP event of FunctionGraph', () => {
    expect(recognise({ httpMethod: 'GET' }).trigger).toBe('apig');
  });

  test.each([
    ['null', null],
    ['empty', {}],
  ])('payload 1.0 whose maps of repeated values are %s falls back to the simple maps', (_how, none) => {
    const event = apiGatewayV1({ method: 'GET', headers: { 'X-A': '1' }, query: { limit: '5' } });
    const http = httpOf({ ...event, multiValueHeaders: none, multiValueQueryStringParameters: none });
    expect([http.headers['x-a'], http.query.limit]).toEqual(['1', '5']);
  });

  test.each([
    ['resource', { httpMethod: 'GET', resource: '/x' }],
    ['identity', { httpMethod: 'GET', requestContext: { identity: {} } }],
    ['multiValueHeaders', { httpMethod: 'GET', multiValueHeaders: {} }],
  ])('payload 1.0 is told by its %s alone', (_mark, event) => {
    expect(recognise(event).trigger).toBe('apigateway-v1');
  });

  test('payload 2.0 without a raw query falls back to the map', () => {
    const event = { ...apiGatewayV2({ method: 'GET' }), rawQueryString: undefined, queryStringParameters: { a: '1' } };
    expect(httpOf(event).query.a).toBe('1');
  });

  test('payload 2.0 keeps a comma inside a value apart from a repeated parameter', () => {
    const event = { ...apiGatewayV2({ method: 'GET' }), rawQueryString: 'a=1%2C2&a=3+4' };
    expect(httpOf(event).query.a).toEqual(['1,2', '3 4']);
  });

  test('payload 2.0 without rawPath takes the path of its context', () => {
    const event = { ...apiGatewayV2({ method: 'GET', path: '/p' }), rawPath: undefined };
    expect(httpOf(event).path).toBe('/p');
  });

  test('payload 2.0 without a method is an HTTP event without a method', () => {
    expect(httpOf({ version: '2.0', requestContext: { http: {} } }).method).toBe('');
  });
});

describe('a direct event', () => {
  test.each([
    [null],
    [undefined],
    [5],
    [true],
    ['plain text'],
    [['an array']],
    [{ instance_ids: ['a'], version: '2.0', invocation_type: 'UPDATE' }],
    [{ job_name: 'a', job_type: 'node_upgrade', job_content: { targets: [] } }],
    [{ resource: 'batchtask', event: 'update', notify_data: { body: {} } }],
    [{ source: 'x', detail: {} }],
    [{ version: '2.0', requestContext: {} }],
    [{ version: '2.0', requestContext: null }],
  ])('%j is the input itself', (event) => {
    expect([recognise(event).trigger, inputOf(event)]).toEqual(['direct', event]);
  });

  test('given as JSON text is parsed once', () => expect(inputOf('{"limit":5}')).toEqual({ limit: 5 }));

  test('a gateway event given as JSON text is still a gateway event', () => {
    expect(recognise(JSON.stringify(apig({ method: 'GET' }))).trigger).toBe('apig');
  });

  test.each(['create-invocations', 'list-invocations', 'create-ief-job', 'start-stop-roma-tasks', 'receive-batchtask'])(
    'the sample input of %s is never taken for another trigger',
    (name) => {
      const sample = readFileSync(new URL(`../../../../events/${name}.direct.json`, import.meta.url), 'utf8');
      expect(recognise(JSON.parse(sample)).trigger).toBe('direct');
    },
  );
});

describe('a hostile event', () => {
  const explosive = {
    get httpMethod(): string {
      throw new Error('boom');
    },
  };

  test('that throws when it is looked at is a direct call', () => expect(recognise(explosive).trigger).toBe('direct'));

  test('that throws when it is looked at gives an input error', () => {
    expect(() => inputOf(explosive)).toThrow(InvalidInputError);
  });

  test('of any kind is recognised as something', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), (event) => {
        expect(recognise(event).trigger).toMatch(/^(apig|apigateway-v[12]|timer|eventbridge|direct)$/);
      }),
    );
  });

  test('with odd values in the fields of a gateway event still gives a well-formed request', () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constant(undefined));
    const event = fc.record(
      { headers: odd, queryStringParameters: odd, body: odd, isBase64Encoded: odd, path: odd, requestContext: odd },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(event, (fields) => {
        const { path, body, isBase64Encoded, headers } = httpOf({ ...fields, httpMethod: 'GET' });
        expect([typeof path, typeof body, typeof isBase64Encoded]).toEqual(['string', 'string', 'boolean']);
        expect(Object.values(headers).every((value) => typeof value === 'string')).toBe(true);
      }),
    );
  });
});
