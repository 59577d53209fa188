import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { contextOf } from '../bundles/built-function.js';
import { type LoopbackCloud, startLoopbackCloud } from '../functions/loopback-cloud.js';
import { testTimeoutMs, timeBoxed } from './fuzz-budget.js';
import { type Attack, anyEvent, hostileValue, nearValidEvent } from './hostile-values.js';
import { attack, expectNoPollution, obligingCloud } from './judge.js';

let cloud: LoopbackCloud;
beforeAll(async () => {
  cloud = await startLoopbackCloud();
  cloud.script = obligingCloud;
});
afterAll(() => cloud.close());
beforeEach(() => {
  cloud.arrived.length = 0;
  for (const method of ['debug', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation(() => {});
});

/** Whatever stands in the event: a proper answer, and the blame never on us. */
async function expectInputNeverBreaksIt(one: Attack): Promise<void> {
  const { http, error } = await attack(one, contextOf(cloud.url));
  cloud.arrived.length = 0;
  expectNoPollution();
  // What reads or steers runs of chains finds no database here, and says so: that is not for the input to mend.
  const told = error?.message ?? JSON.stringify(http?.body ?? '');
  if (told.includes('Setting DATABASE_URL is missing.')) return;
  expect(http?.status ?? error?.status ?? 200).toBeLessThan(500);
}

test('any JSON as an event is answered or refused, and is never our failure', { timeout: testTimeoutMs }, async () => {
  await fc.assert(fc.asyncProperty(anyEvent, expectInputNeverBreaksIt), timeBoxed);
});

test('a sample event that went wrong is answered or refused, and is never our failure', {
  timeout: testTimeoutMs,
}, async () => {
  await fc.assert(fc.asyncProperty(nearValidEvent, expectInputNeverBreaksIt), timeBoxed);
});

const contextMethods = [
  'getRequestID',
  'getRemainingTimeInMilliSeconds',
  'getRemainingTimeInMillis',
  'getUserData',
  'getProjectID',
  'getSecurityAccessKey',
  'getSecuritySecretKey',
  'getSecurityToken',
  'getToken',
  'getLogger',
  'getFunctionName',
  'awsRequestId',
];
const throwing = () => {
  throw new Error('hostile context');
};
/** Endpoints come from the environment of this test: nothing of this may look like an address. */
const oddValue = fc.oneof(
  hostileValue.filter((value) => !(typeof value === 'string' && value.startsWith('http'))),
  fc.constant(Number.NaN),
  fc.constant(undefined),
);
const method = fc.oneof(
  oddValue.map((value) => () => value),
  fc.constant(throwing),
  fc.constant(new Proxy({}, { get: throwing })),
  oddValue,
);
/** A sound context of which some methods are missing, throw, answer nonsense or are no methods; or something else altogether. */
const hostileContext = fc.oneof(
  { weight: 1, arbitrary: oddValue },
  { weight: 1, arbitrary: fc.constant(new Proxy({}, { get: throwing })) },
  { weight: 8, arbitrary: fc.dictionary(fc.constantFrom(...contextMethods), method) },
);

test('whatever the context is, an event is answered or refused, and never by a defect', {
  timeout: testTimeoutMs,
}, async () => {
  for (const service of ['CES', 'IEF', 'ROMA', 'IAM']) vi.stubEnv(`${service}_ENDPOINT`, cloud.url);
  await fc.assert(
    fc.asyncProperty(nearValidEvent, hostileContext, async (one, broken) => {
      const sound = {
        ...contextOf(cloud.url),
        getUserData: () => undefined,
        getRemainingTimeInMilliSeconds: () => 2_000,
      };
      const isRecord =
        typeof broken === 'object' && broken !== null && Object.getPrototypeOf(broken) === Object.prototype;
      const { http, error } = await attack(
        one,
        isRecord && Object.keys(broken).length > 0 ? { ...sound, ...broken } : broken,
      );
      cloud.arrived.length = 0;
      expect(error?.code).not.toBe('INTERNAL');
      expect(http?.body).not.toMatchObject({ code: 'INTERNAL' });
      expectNoPollution();
    }),
    timeBoxed,
  );
  vi.unstubAllEnvs();
});
