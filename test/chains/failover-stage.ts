import { setTimeout as delay } from 'node:timers/promises';
import * as createInvocations from '../../functions/create-invocations/handler.js';
import { destroyPools } from '../../shared/client/pools.js';
import type { Database } from '../../shared/store/database.js';
import { migrate } from '../../shared/store/migrate.js';
import { readMigrations } from '../../shared/store/migration-files.js';
import { pgDatabase } from '../../shared/store/pg-database.js';
import { emptyTables } from '../shared/store/test-databases.js';
import { type Ending, openCrashStage } from './crash-stage.js';
import { runEngine } from './engine-process.js';
import { addressOf, type Installation, PostgresPair } from './postgres-pair.js';
import { openReceiverStage } from './receiver-stage.js';
import { type Moment, startSwitchingProxy } from './switching-proxy.js';

/** What clients find until the standby is promoted. */
export const darks = ['nobody', 'a server that only reads'] as const;

/** A failover at one of the things that clients send. */
export interface Strike {
  readonly at: number;
  readonly moment: Moment;
  readonly dark: (typeof darks)[number];
}

/** What the work came to, how many things clients sent meanwhile, and whether the failover came: one more or less is sent each time. */
export interface Played<Result> {
  readonly result: Result;
  readonly sent: number;
  readonly struck: boolean;
}

/** For so long the standby answers as what it is, where clients find it before it is promoted. */
const readOnlyMs = 400;
const unavailable = { code: 'DATABASE_UNAVAILABLE', outcome: 'not-sent' };
type Told = Readonly<Partial<typeof unavailable>>;

/** Two database servers behind one address, and all that works on them: the receiver, engines, functions. */
export async function openFailoverStage(installation: Installation) {
  const pair = await PostgresPair.create(installation);
  const proxy = await startSwitchingProxy(pair.primaryPort);
  const url = addressOf(proxy.port);
  const present = () => pgDatabase({ url: addressOf(pair.primaryPort), remainingMs: () => 30_000 });
  const database: Database = {
    query: (text, values, name) => present().query(text, values, name),
    transaction: (work) => present().transaction(work),
    close: () => present().close(),
  };
  await migrate(database, await readMigrations());
  const chains = await openCrashStage({ database, empty: () => emptyTables(database) }, url);
  const receiver = await openReceiverStage(database, url);
  let over = Promise.resolve();

  async function failOver(dark: Strike['dark']): Promise<void> {
    proxy.target = dark === 'nobody' ? undefined : pair.standbyPort;
    proxy.cut();
    pair.killPrimary();
    if (dark !== 'nobody') await delay(readOnlyMs);
    await pair.promote();
    proxy.target = pair.primaryPort;
  }

  async function during<T>(strike: Strike | undefined, work: () => Promise<T>): Promise<Played<T>> {
    await pair.addStandby();
    await emptyTables(database);
    over = Promise.resolve();
    let struck = false;
    proxy.trap(
      strike && {
        ...strike,
        strike: () => {
          struck = true;
          over = failOver(strike.dark);
          // Whoever waits for it hears of it.
          over.catch(() => undefined);
        },
      },
    );
    // Where the failover itself did not come about, that is the reason for all else.
    const result = await work().finally(() => over);
    return { result, sent: proxy.sent(), struck };
  }

  return {
    /** @returns what is wrong with the pushes; undefined where every one is there once */
    pushes: (strike?: Strike) => during(strike, () => receiver.play(() => over)),
    /** @returns how the chain ended, whose engines go on when the database is there again */
    chain: (strike?: Strike): Promise<Played<Ending>> =>
      during(strike, () => chains.play((order, atPoint) => runEngine(order, atPoint).finally(() => over))),
    /** What each of them is told while clients find only the standby, which cannot be written to. */
    whileOnlyReading: async (): Promise<readonly { who: string; isRight: boolean; told: string }[]> => {
      await pair.addStandby();
      proxy.target = pair.standbyPort;
      proxy.cut();
      const view = pgDatabase({ url, remainingMs: () => 5_000 });
      const change = 'DELETE FROM chain_runs';
      const settings = { ...cloudless, DATABASE_URL: url };
      const asked: Record<string, () => Promise<unknown>> = {
        'a transaction': () => view.transaction((tx) => tx.query(change)),
        'a single statement': () => view.query(change),
        'a pass of an engine': () => runEngine({ settings, chains: [], aheadMs: 0 }, () => undefined),
        'a call with a key': async () => {
          const { body } = (await createInvocations.handler(keyedCall, contextOf(settings))) as { body: string };
          throw JSON.parse(body);
        },
      };
      const results = [];
      for (const [who, ask] of Object.entries(asked)) {
        const told = await ask().then(
          () => ({}),
          (failure: Told) => failure,
        );
        const { code, outcome }: Told = told;
        const isRight = code === unavailable.code && outcome === unavailable.outcome;
        results.push({ who, isRight, told: `${code} ${outcome}` });
      }
      proxy.target = pair.primaryPort;
      proxy.cut();
      return results;
    },
    close: async () => {
      await chains.close();
      await receiver.close();
      await destroyPools();
      await proxy.close();
      await pair.close();
    },
  };
}

/** No cloud answers there: whoever called it would be told something else. */
const cloudless = {
  ...{ HUAWEICLOUD_SDK_AK: 'ACCESSKEY00000000001', HUAWEICLOUD_SDK_SK: 'secret-key-of-nobody-000000000000000000' },
  ...{ HUAWEICLOUD_SDK_PROJECT_ID: '0123456789abcdef0123456789abcdef', HUAWEICLOUD_REGION: 'cn-north-4' },
  CES_ENDPOINT: 'http://127.0.0.1:1',
};

const keyedCall = {
  requestContext: { requestId: 'keyed', apiId: 'api', stage: 'RELEASE' },
  ...{ httpMethod: 'POST', path: '/agent-invocations', pathParameters: {}, queryStringParameters: {} },
  headers: { 'content-type': 'application/json', 'idempotency-key': 'only-reading' },
  body: JSON.stringify({ invocation_type: 'INSTALL', invocation_target: 'telescope', instance_ids: ['ecs-1'] }),
  isBase64Encoded: false,
};

function contextOf(settings: Readonly<Record<string, string>>) {
  const silent = () => undefined;
  return {
    getUserData: (name: string) => settings[name],
    getRemainingTimeInMilliSeconds: () => 10_000,
    getLogger: () => ({ debug: silent, info: silent, warn: silent, error: silent }),
  };
}
