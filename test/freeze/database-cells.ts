import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type FaultProxy, startFaultProxy } from '../shared/store/fault-proxy.js';
import type { TestDatabase } from '../shared/store/test-databases.js';
import { startFarSide } from './far-side.mjs';
import { startInstance } from './instance.mjs';

/** What becomes of the database connections of an instance that is frozen. */
export const endings = {
  'ended by the server': (proxy: FaultProxy, test: TestDatabase, name: string) => endSessions(proxy, test, name),
  closed: async (proxy: FaultProxy) => proxy.cut(),
  reset: async (proxy: FaultProxy) => proxy.reset(),
  'a black hole': async (proxy: FaultProxy) => proxy.silence(),
} as const;
export type Ending = keyof typeof endings;

/** As `pg_terminate_backend` does: the server says so on the connection, and closes it. */
async function endSessions(proxy: FaultProxy, { database }: TestDatabase, name: string): Promise<void> {
  await database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name]);
  while (proxy.alive() > 0) await delay(1);
}

interface Answer {
  readonly status: number;
  readonly replayed: boolean;
  readonly body: unknown;
}

type Stage = { readonly test: TestDatabase; readonly farSide: Awaited<ReturnType<typeof startFarSide>> };

/** A call of a built function, and what has to be true of it afterwards. */
interface Call {
  readonly bundle: string;
  readonly event: (id: string) => unknown;
  /** What is wrong with what the call left behind, undefined where all is right. */
  readonly problem: (id: string, answer: Answer, stage: Stage) => Promise<string | undefined>;
  /** Whether the same event gets the first answer again. */
  readonly replays: boolean;
}

const request = (body: unknown, headers: Record<string, string> = {}) => ({
  requestContext: { requestId: 'freeze', apiId: 'freeze', stage: 'RELEASE' },
  headers: { 'content-type': 'application/json', ...headers },
  ...{ httpMethod: 'POST', path: '/', pathParameters: {}, queryStringParameters: {} },
  ...{ body: JSON.stringify(body), isBase64Encoded: false },
});

const push = (taskType: string) => (id: string) =>
  request({
    ...{ resource: 'batchtask', event: 'update', event_time_ms: '2026-11-21T02:15:00.250Z' },
    notify_data: { body: { app_id: 'app', task_id: id, task_type: taskType, status: 'Success' } },
  });

async function count(test: TestDatabase, sql: string, id: string): Promise<number> {
  const [row] = await test.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, [id]);
  return row?.n ?? 0;
}

const received = (runsWanted: number) => async (id: string, answer: Answer, stage: Stage) => {
  if (answer.status !== 200) return `answered ${answer.status}: ${JSON.stringify(answer.body)}`;
  const events = await count(stage.test, 'batchtask_events WHERE task_id = $1', id);
  if (events !== 1) return `answered, and ${events} times in the history: ${JSON.stringify(answer.body)}`;
  const runs = await count(stage.test, "chain_runs WHERE event->>'task_id' = $1", id);
  return runs === runsWanted ? undefined : `started ${runs} runs`;
};

/** The softwareUpgrade starts a run by the chains of this repository, and so takes a transaction; the other push one statement. */
export const calls = {
  'a push': { bundle: 'receive-batchtask', event: push('configPush'), problem: received(0), replays: false },
  'a push that starts a run': {
    bundle: 'receive-batchtask',
    event: push('softwareUpgrade'),
    problem: received(1),
    replays: false,
  },
  'a call with a key': {
    bundle: 'create-invocations',
    event: (id) =>
      request(
        { invocation_type: 'INSTALL', invocation_target: 'telescope', instance_ids: [id] },
        { 'idempotency-key': id },
      ),
    problem: async (id, answer, { farSide }) => {
      if (answer.status >= 300) return `answered ${answer.status}: ${JSON.stringify(answer.body)}`;
      return farSide.arrived(id) === 1 ? undefined : `reached the cloud ${farSide.arrived(id)} times`;
    },
    replays: true,
  },
} as const satisfies Record<string, Call>;
export type CallName = keyof typeof calls;

export interface Cell {
  readonly call: CallName;
  readonly ending: Ending;
  readonly frozenMs: number;
  readonly trials: number;
}

const bundleOf = (name: string) => fileURLToPath(new URL(`../../dist/${name}/index.js`, import.meta.url));
/** As an instance has it whose function may take so long. */
const remainingMs = 15_000;
let instances = 0;

/**
 * Calls one instance, freezes it right after its answer, ends its connections, thaws it and calls it again, as often as the cell says.
 * @param startingPlace for starts that wait for each other
 * @returns what was wrong, one line for each trial that failed
 */
export async function runCell(cell: Cell, test: TestDatabase, startingPlace: () => Promise<() => void>) {
  const name = `freeze-${process.pid}-${++instances}`;
  const call: Call = calls[cell.call];
  const url = new URL(test.url);
  url.searchParams.set('application_name', name);
  const [proxy, farSide, leave] = [await startFaultProxy(url.href), await startFarSide(), await startingPlace()];
  const start = { node: process.execPath, bundle: bundleOf(call.bundle), cloudUrl: farSide.url, remainingMs };
  const instance = await startInstance({ ...start, still: '', variables: { DATABASE_URL: proxy.url } });
  const problems: string[] = [];

  async function answerTo(id: string, stop = false): Promise<Answer> {
    await instance.invoke({ id, input: call.event(id), stop });
    return await answered(id);
  }
  async function answered(id: string): Promise<Answer> {
    const { body, error } = (await instance.answer(id)) as { body?: Response; error?: string };
    if (!body) return { status: 599, replayed: false, body: error };
    const { statusCode, headers = {}, body: given, isBase64Encoded } = body;
    const text = isBase64Encoded ? Buffer.from(given, 'base64').toString() : given;
    return {
      status: statusCode,
      replayed: headers['idempotent-replayed'] === 'true',
      body: text === '' ? '' : JSON.parse(text),
    };
  }

  async function trial(number: number): Promise<string | undefined> {
    const [before, after] = [`${name}-${number}-before`, `${name}-${number}-after`];
    // In turn within the turn of the event loop that answers, and a little later; with the next event there at the thaw, and not.
    const [atOnce, queued] = [number % 2 === 0, number % 4 < 2];
    const first = await answerTo(before, atOnce);
    leave();
    if (!atOnce) await delay(3);
    await instance.freeze({ itself: atOnce });
    const frozenAt = performance.now();
    if (proxy.alive() === 0) return 'no connection lay idle';
    await endings[cell.ending](proxy, test, name);
    if (queued) await instance.invoke({ id: after, input: call.event(after), thawed: true });
    await delay(Math.max(0, cell.frozenMs - (performance.now() - frozenAt)));
    instance.thaw();
    if (!queued) {
      await instance.awake();
      await instance.invoke({ id: after, input: call.event(after), thawed: true });
    }
    const second = await answered(after);
    for (const [id, answer] of [
      [before, first],
      [after, second],
    ] as const) {
      const again = call.replays ? await answerTo(id) : undefined;
      if (again && !(again.replayed && again.status === answer.status)) return `${id} is not replayed: ${again.status}`;
      const problem = await call.problem(id, answer, { test, farSide });
      if (problem) return `${id}: ${problem}`;
    }
    return undefined;
  }

  try {
    for (let number = 0; number < cell.trials; number += 1) {
      const problem = await trial(number);
      if (problem) problems.push(problem);
    }
  } finally {
    leave();
    await instance.end();
    await proxy.close();
    await farSide.close();
  }
  return problems;
}

/** As the functions answer a gateway. */
interface Response {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}
