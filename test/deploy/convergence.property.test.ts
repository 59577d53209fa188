import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAccount } from '../../deploy/account-state.js';
import { phasesOf } from '../../deploy/apply.js';
import type { DesiredFunction, DesiredService } from '../../deploy/desired.js';
import { planOf } from '../../deploy/plan.js';
import { isEmpty, type Plan } from '../../deploy/plan-steps.js';
import { runTasks } from '../../deploy/run-tasks.js';
import type { CloudClient } from '../../shared/client/cloud-client.js';
import { CloudFailedError, CloudRejectedError } from '../../shared/client/errors.js';
import { type KeptFunction, serve } from './functiongraph-double.js';
import { urn } from './stage-of-test.js';

type Account = Map<string, KeptFunction>;

/** A client that serves itself from memory; the `failing`-th write is refused, or done with its answer lost. */
function clientOf(account: Account, failing = 0, how: 'refused' | 'lost' = 'refused'): CloudClient {
  let writes = 0;
  return {
    projectId: 'p',
    send: async ({ method, path, body }) => {
      if (method !== 'GET') writes += 1;
      const strikes = method !== 'GET' && writes === failing;
      const upstream = { service: 'functiongraph', status: 500 };
      if (strikes && how === 'refused') throw new CloudRejectedError('as told', { ...upstream, status: 400 });
      const wire = JSON.parse(JSON.stringify(body ?? {})) as Record<string, unknown>;
      const reply = serve(account, {}, method, path.slice(3).join('/'), wire);
      if (strikes) throw new CloudFailedError('the answer was lost', upstream);
      if (reply.status >= 400) throw new CloudRejectedError('refused', { ...upstream, status: reply.status });
      return { status: reply.status, body: reply.body, headers: new Map(), requestId: 'r', attempts: 1 };
    },
  };
}

const options = { prune: true, adopt: false, clearSecrets: true, oneGateway: false };

async function planFor(cloud: CloudClient, service: DesiredService): Promise<Plan> {
  const urns = service.functions.map((fn) => fn.urn);
  return planOf(service, await readAccount(cloud, service, urns), options);
}

/** Whether it got to its end. */
async function deploy(cloud: CloudClient, service: DesiredService): Promise<boolean> {
  const phases = phasesOf(cloud, await planFor(cloud, service), service);
  const { ended, notBegun } = await runTasks(phases, { now: () => 0, onEnd: () => undefined });
  return notBegun.length === 0 && ended.every(({ error }) => error === undefined);
}

/** What an account comes to, without ids and order. */
function contents(account: Account): unknown {
  const rows = [...account].map(([key, { config, secrets, triggers, asyncInvoke }]) => {
    const plain = triggers.map(({ trigger_id: _id, ...trigger }) => JSON.stringify(trigger)).sort();
    return [key, { ...config, func_code: undefined }, secrets, plain, asyncInvoke];
  });
  return JSON.parse(JSON.stringify(rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))));
}

const word = fc.constantFrom('', 'one', 'two');
const names = fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.constantFrom('x', 'y'), { maxKeys: 3 });

const functionArb = (name: string): fc.Arbitrary<DesiredFunction> =>
  fc
    .record({
      text: word,
      agency: word,
      initializer: fc.constantFrom('', 'index.start'),
      timeout: fc.integer({ min: 3, max: 5 }),
      variables: names,
      secrets: names,
      retries: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      schedules: fc.dictionary(fc.constantFrom('t1', 't2'), fc.tuple(fc.constantFrom('1m', '2m'), fc.boolean())),
      auths: fc.dictionary(fc.constantFrom('/1', '/2'), fc.constantFrom('IAM', 'NONE')),
    })
    .map((given) => {
      const zip = Buffer.from(`code ${given.text}`);
      const hash = (algorithm: string) => createHash(algorithm).update(zip).digest('hex');
      return {
        key: name,
        name,
        app: 'default',
        urn: urn(name),
        settings: {
          runtime: 'Node.js20.15',
          handler: 'index.handler',
          memory_size: 128,
          timeout: given.timeout,
          description: given.text,
          app_xrole: given.agency,
          initializer_handler: given.initializer,
          initializer_timeout: 5,
        },
        variables: given.variables,
        secrets: given.secrets,
        emptySecrets: [],
        fingerprints: Object.fromEntries(Object.entries(given.secrets).map(([key, value]) => [key, `print-${value}`])),
        code: { path: `${name}.zip`, zip, sha256: hash('sha256'), sha512: hash('sha512') },
        asyncInvoke: given.retries === undefined ? undefined : { max_async_retry_attempts: given.retries },
        triggers: [
          ...Object.entries(given.schedules).map(([timer, [schedule, active]]) => ({
            trigger_type_code: 'TIMER' as const,
            trigger_status: active ? ('ACTIVE' as const) : ('DISABLED' as const),
            event_data: { name: timer, schedule_type: 'Rate', schedule, user_event: '' },
          })),
          ...Object.entries(given.auths).map(([path, auth]) => ({
            trigger_type_code: 'APIG' as const,
            trigger_status: 'ACTIVE' as const,
            event_data: { name: 'api', path: `/${name}${path}`, req_method: 'GET', auth, group_id: 'g' },
          })),
        ],
        notes: [],
      };
    });

const serviceArb: fc.Arbitrary<DesiredService> = fc
  .tuple(fc.subarray(['f1', 'f2', 'f3']), functionArb('f1'), functionArb('f2'), functionArb('f3'))
  .map(([chosen, ...all]) => ({
    name: 'small',
    stage: 'dev',
    functions: all.filter((fn) => chosen.includes(fn.name)),
  }));

describe('whatever was deployed before and whatever is deployed now', () => {
  it('one deployment is enough: the next one has nothing to do, and nothing of the past is left', async () => {
    await fc.assert(
      fc.asyncProperty(serviceArb, serviceArb, async (before, after) => {
        const account: Account = new Map();
        const fresh: Account = new Map();
        await deploy(clientOf(account), before);

        expect(await deploy(clientOf(account), after)).toBe(true);
        await deploy(clientOf(fresh), after);

        expect(isEmpty(await planFor(clientOf(account), after))).toBe(true);
        expect([...account.keys()].sort()).toEqual([...fresh.keys()].sort());
      }),
      { numRuns: 60 },
    );
  });

  it('a run that stopped at any call is completed by the next one, as if nothing had happened', async () => {
    const failure = fc.record({
      at: fc.integer({ min: 1, max: 12 }),
      how: fc.constantFrom('refused' as const, 'lost' as const),
    });
    await fc.assert(
      fc.asyncProperty(serviceArb, serviceArb, failure, async (before, after, { at, how }) => {
        const account: Account = new Map();
        const undisturbed: Account = new Map();
        for (const one of [account, undisturbed]) await deploy(clientOf(one), before);

        await deploy(clientOf(account, at, how), after);
        expect(await deploy(clientOf(account), after)).toBe(true);
        await deploy(clientOf(undisturbed), after);

        expect(isEmpty(await planFor(clientOf(account), after))).toBe(true);
        expect(contents(account)).toEqual(contents(undisturbed));
      }),
      { numRuns: 100 },
    );
  });
});
