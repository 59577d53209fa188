import { receiveIntoChains } from '../../shared/chains/receive-into-chains.js';
import { boundedDatabase } from '../../shared/handler/bounded-database.js';
import { functionHandler } from '../../shared/handler/function-handler.js';
import { signedCloud } from '../../shared/handler/signed-cloud.js';
import { RecentPushes } from '../../shared/operations/recent-pushes.js';
import type { Database } from '../../shared/store/database.js';
import { chain, step } from '../shared/chains/engine-stage.js';
import { hostFunctions } from './function-host.js';

const pushes = 24;
const sendersAtOnce = 3;
const retriesOfPlatform = 3;
const afterUpgrade = chain('after-upgrade', [step({ name: 'start' })], {
  trigger: { type: 'batchtask', task_type: ['softwareUpgrade'], status: ['Success'] },
});

/** Every second one starts a run. */
const taskType = (number: number) => (number % 2 === 0 ? 'softwareUpgrade' : 'configPush');

const pushOf = (number: number) => ({
  ...{ resource: 'batchtask', event: 'update', event_time_ms: 1_795_227_300_000 + number },
  notify_data: { body: { task_id: `task-${number}`, task_type: taskType(number), status: 'Success' } },
});

/** As the gateway of the receiver hands a push over. */
const requestOf = (number: number) => ({
  requestContext: { requestId: `push-${number}`, apiId: 'api', stage: 'RELEASE' },
  ...{ httpMethod: 'POST', path: '/notifications/batchtask', pathParameters: {}, queryStringParameters: {} },
  headers: { 'content-type': 'application/json' },
  ...{ body: JSON.stringify(pushOf(number)), isBase64Encoded: false },
});

/**
 * The receiver of pushes as it is deployed, with a chain of its own, and the platform's queue.
 * @param database what a test sees of it
 * @param receiverUrl the same, as the receiver finds it
 */
export async function openReceiverStage(database: Database, receiverUrl: string) {
  const host = await hostFunctions(() => ({}));
  const settings: Readonly<Record<string, string>> = {
    ...{ HUAWEICLOUD_SDK_AK: 'ACCESSKEY00000000001', HUAWEICLOUD_SDK_SK: 'secret-key-of-the-receiver-00000000000' },
    ...{ HUAWEICLOUD_SDK_PROJECT_ID: '0123456789abcdef0123456789abcdef', HUAWEICLOUD_REGION: 'cn-north-4' },
    ...{ FUNCTIONGRAPH_ENDPOINT: host.url, DATABASE_URL: receiverUrl },
    RECEIVE_BATCHTASK_URN:
      'urn:fss:cn-north-4:0123456789abcdef0123456789abcdef:function:default:receive-batchtask:latest',
  };
  const { handler } = functionHandler(
    receiveIntoChains(new RecentPushes(1), [afterUpgrade]),
    { method: 'POST', input: 'body', lenientBody: true },
    { makeCloud: signedCloud, makeDatabase: boundedDatabase(4_000, 1_500) },
  );
  const context = {
    getUserData: (name: string) => settings[name],
    getRemainingTimeInMilliSeconds: () => 10_000,
    getLogger: () => ({ debug() {}, info() {}, warn() {}, error() {} }),
  };

  const receive = async (number: number) => {
    const answer = (await handler(requestOf(number), context)) as { statusCode: number };
    return answer.statusCode;
  };

  /** The platform runs a deferred push until it is kept, or gives up. */
  async function runQueued(): Promise<void> {
    const deferred = host.queued.splice(0).filter(({ name }) => name === 'receive-batchtask');
    for (const { event } of deferred) {
      for (let attempt = 0; attempt <= retriesOfPlatform; attempt += 1) {
        const kept = await handler(event, context).then(
          () => true,
          () => false,
        );
        if (kept) break;
      }
    }
  }

  /** How many rows there are for each task. */
  async function countsIn(table: string, task: string): Promise<Map<string, number>> {
    const rows = await database.query<{ task: string; n: number }>(
      `SELECT ${task} AS task, count(*)::int AS n FROM ${table} GROUP BY 1`,
    );
    return new Map(rows.map((row) => [row.task, row.n]));
  }

  /**
   * Sends pushes, a few at the same time. Afterwards the platform runs what was deferred, and each push comes once more.
   * @param whole resolves when the database is there again, whatever befell it
   * @returns what is wrong; undefined where every push is there once, with its run
   */
  async function play(whole: () => Promise<void>): Promise<string | undefined> {
    const numbers = Array.from({ length: pushes }, (_, number) => number);
    const waiting = [...numbers];
    const answers = new Map<number, number>();
    const settle = async () => {
      await whole();
      await runQueued();
      await whole();
    };
    const send = async () => {
      for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
        answers.set(number, await receive(number));
      }
    };
    await Promise.all(Array.from({ length: sendersAtOnce }, send));
    await settle();
    const refused = numbers.find((number) => answers.get(number) !== 200);
    if (refused !== undefined) return `push ${refused} was answered ${answers.get(refused)}`;
    const first = await problemWith(numbers);
    if (first) return first;
    for (const number of numbers) await receive(number);
    await settle();
    const second = await problemWith(numbers);
    return second && `after the same pushes again ${second}`;
  }

  async function problemWith(numbers: readonly number[]): Promise<string | undefined> {
    const events = await countsIn('batchtask_events', 'task_id');
    const runs = await countsIn('chain_runs', "event->>'task_id'");
    for (const number of numbers) {
      const [kept = 0, started = 0] = [events.get(`task-${number}`), runs.get(`task-${number}`)];
      if (kept !== 1) return `push ${number} was answered 200 and is ${kept} times in the history`;
      const wanted = taskType(number) === 'softwareUpgrade' ? 1 : 0;
      if (started !== wanted) return `push ${number} started ${started} runs and not ${wanted}`;
    }
    return undefined;
  }

  return { play, close: () => host.close() };
}

export type ReceiverStage = Awaited<ReturnType<typeof openReceiverStage>>;
