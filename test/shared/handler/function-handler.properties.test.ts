import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { functionHandler } from '../../../shared/handler/function-handler.js';
import type { HttpRules } from '../../../shared/handler/http-rules.js';
import { echo, fakeRuntime, readResponse } from './fake-platform.js';
import { gateways } from './triggers/http-events.js';

const post: HttpRules = { method: 'POST', input: 'body' };
const anyEvent = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true });
/** Kinds of failure that only a defect or the cloud can cause. */
const notForInput = ['InternalError', 'CloudFailedError'];

const anyContext = fc.oneof(
  fc.anything(),
  fc.dictionary(
    fc.constantFrom('getRequestID', 'getUserData', 'getLogger', 'getToken', 'getRemainingTimeInMillis', 'awsRequestId'),
    fc.oneof(
      fc.func(fc.anything()),
      fc.constant(() => {
        throw new Error('hostile');
      }),
      fc.anything(),
    ),
  ),
);

describe('whatever the event and the context', () => {
  test('a call answers a native promise that settles, and never fails for a defect', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent, anyContext, async (event, context) => {
        const { handler } = functionHandler(echo(), post, fakeRuntime().runtime);
        const answer = handler(event, context);
        expect(answer).toBeInstanceOf(Promise);
        const error = await answer.then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error !== undefined) {
          expect(error).toMatchObject({ name: expect.any(String), stack: expect.any(String) });
          expect(notForInput).not.toContain((error as Error).name);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('an HTTP caller gets a well-formed answer below 500', async () => {
    const request = fc.record({
      method: fc.constantFrom('POST', 'GET', 'post', '', 'TRACE'),
      headers: fc.dictionary(fc.constantFrom('content-type', 'Content-Type', 'x', '__proto__'), fc.string()),
      query: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string()))),
      body: fc.oneof(fc.json(), fc.string(), fc.constant('{"value":1}')),
    });
    await fc.assert(
      fc.asyncProperty(
        request,
        fc.constantFrom(...gateways),
        fc.boolean(),
        anyContext,
        async (sample, gateway, base64, context) => {
          const { handler } = functionHandler(echo(), post, fakeRuntime().runtime);
          const { status } = readResponse(await handler(gateway[1](sample, base64), context));
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a lenient receiver answers 200 to every POST', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.constantFrom(...gateways), fc.boolean(), async (body, gateway, base64) => {
        const rules: HttpRules = { ...post, lenientBody: true };
        const { handler } = functionHandler(echo(), rules, fakeRuntime().runtime);
        const headers = { 'content-type': 'application/json' };
        const { status } = readResponse(await handler(gateway[1]({ method: 'POST', headers, body }, base64), {}));
        expect(status).toBe(200);
      }),
    );
  });

  test('every invocation leaves exactly one line, with its request id', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent, async (event) => {
        const { runtime, lines } = fakeRuntime();
        const { handler } = functionHandler(echo(), post, runtime);
        await handler(event, { getRequestID: () => 'r-7' }).catch(() => {});
        expect(lines).toEqual([expect.objectContaining({ message: 'invocation', request_id: 'r-7' })]);
      }),
    );
  });
});
