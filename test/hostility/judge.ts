import { expect } from 'vitest';
import { builtFunction } from '../bundles/built-function.js';
import { json, type Script } from '../functions/loopback-cloud.js';
import { readResponse } from '../shared/handler/fake-platform.js';
import type { Attack } from './hostile-values.js';

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Promise.prototype];
const fieldsBefore = prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String));

export function expectNoPollution(): void {
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  expect(prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String))).toEqual(fieldsBefore);
}

/** A cloud that does whatever it is asked, however odd, so that a 5xx can only come from the input. */
export const obligingCloud: Script = (request, response) => {
  const body = (request.body ?? {}) as {
    instance_ids?: string[];
    invocation_ids?: string[];
    list?: unknown[];
    job_name?: string;
  };
  if (request.url.includes('/batch-create')) {
    const rows = [
      ...(body.instance_ids ?? []).map((instance_id) => ({ instance_id, ret_status: 'successful' })),
      ...(body.invocation_ids ?? []).map((invocation_id) => ({ invocation_id, ret_status: 'successful' })),
    ];
    return json(201, { invocations: rows })(request, response);
  }
  if (request.url.includes('/productmgr/jobs')) {
    return json(201, { job_id: 'j', job_name: body.job_name, created_at: 1 })(request, response);
  }
  if (request.method === 'GET') return json(200, { invocations: [], count: 0 })(request, response);
  return json(200, { success: body.list ?? [], failure: [] })(request, response);
};

/** Tells HTTP answers from the others by nothing but their shape, as a gateway does. */
function isHttpAnswer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'statusCode' in value && 'isBase64Encoded' in value;
}

/** What came of an attack: the status of an HTTP answer, the error of a rejection, neither for a plain result. */
export async function attack({ name, event }: Attack, context: unknown) {
  const promise: unknown = builtFunction(name).handler(event, context);
  expect(promise).toBeInstanceOf(Promise);
  expect(Object.getPrototypeOf(promise)).toBe(Promise.prototype);
  try {
    const answer = await (promise as Promise<unknown>);
    expect(JSON.stringify(answer)).toBeTypeOf('string');
    return isHttpAnswer(answer) ? { http: readResponse(answer) } : { answer };
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: expect.any(String), code: expect.any(String), stack: expect.any(String) });
    return { error: error as Error & { code: string; status: number } };
  }
}
