import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { AsyncConfig } from '../functiongraph/async-config.js';
import { localDeadlines, type RequestDeadlines, serverOptionsOf } from '../request-deadlines.js';
import { type Account, localAccount } from './account.js';
import { createAuthenticator } from './authenticate.js';
import { cesOperations } from './ces.js';
import { type CodeStore, openCodeStore } from './code-store.js';
import { createFaults } from './faults.js';
import type { FunctionPlatform } from './function-platform.js';
import { functiongraphOperations, readSavedFunctions } from './functiongraph.js';
import { asyncConfigOf } from './functiongraph-async-config.js';
import { functionUrn } from './functiongraph-urn.js';
import { mountGateway } from './gateway.js';
import { iamOperations } from './iam.js';
import { iefOperations } from './ief.js';
import { type InspectParts, mountInspect } from './inspect.js';
import { iotdaOperations } from './iotda.js';
import { registerPush } from './iotda-actions.js';
import { createBatchTasks, type NewBatchTask } from './iotda-batch-tasks.js';
import { openPersistence, type Persistence } from './persistence.js';
import { createPusher } from './push.js';
import { createRequestLog } from './request-log.js';
import { romaOperations } from './roma.js';
import { type Fleet, sampleFleet } from './seed.js';
import { type BatchTask, emptyState } from './state.js';
import { createThrottle, type Limit } from './throttle.js';
import { createTokens } from './tokens.js';
import { type After, realAfter, type World } from './world.js';

type Env = { Bindings: HttpBindings };

/** How to start it. */
export interface CloudOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** 127.0.0.1 by default: the emulator is for this machine. */
  readonly host?: string;
  /** Where the state is kept over restarts; nowhere by default. */
  readonly persistDir?: string;
  /** Other values than those of the one local account. */
  readonly account?: Partial<Account>;
  readonly fleet?: Fleet;
  /** Calls of each operation that pass, 200 per second by default. */
  readonly throttle?: Limit;
  /** Runs the functions; without it they are kept and none can be invoked. */
  readonly platform?: FunctionPlatform;
  /** Registered before the pushes are sent that became due while the cloud was down: theirs may be an address of the last run. */
  readonly push?: PushTarget;
  /** The clock of all life-cycles, epoch ms. */
  readonly clock?: () => number;
  /** The clock of signatures, tokens and throttling, epoch ms. */
  readonly realClock?: () => number;
  /** Timers for life-cycles and pushes; they must not keep the process alive. */
  readonly after?: After;
  /** How long a receiver of pushes may take, ms; 15 s as documented by default. */
  readonly pushAnswerWithinMs?: number;
  /** How long clients may take to send their requests. */
  readonly deadlines?: RequestDeadlines;
}

/** Where pushes go, signed where there is a token (3 to 32 letters and digits). */
export interface PushTarget {
  readonly url: string;
  readonly token?: string;
}

/** A running emulated cloud. */
export interface Cloud {
  /** Base URL of every service, `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly account: Account;
  /** Credentials as an agency gets them, good for 24 hours, the same ones within ten minutes. `expiresAt` is epoch ms. */
  issueTemporaryCredentials(agency: string): { ak: string; sk: string; securityToken: string; expiresAt: number };
  /** An IAM token of an agency, good for 24 hours, the same one within ten minutes. */
  issueToken(agency: string): string;
  /** One active rule that pushes batch task changes to `url`. Calling again moves it, and the same target again changes nothing; a reset brings it back. */
  registerPush(target: PushTarget): void;
  /** A new IoTDA batch task, as if a caller had created it. */
  createBatchTask(task: NewBatchTask): BatchTask;
  /** The asynchronous settings of a function, or those of one that has none of its own. */
  asyncConfigOf(functionName: string): AsyncConfig;
  /** The URN of a function, with `:latest`. */
  functionUrn(functionName: string): string;
  /** Moves the clock of all life-cycles on, in ms, and sends the pushes that become due. */
  advance(ms: number): void;
  /** Resolves when no push is on its way; the backlog of a blocked host does not count. */
  settled(): Promise<void>;
  /** Ends timers, pushes and connections, at the latest within a second; the state is on disk then. */
  close(): Promise<void>;
}

/**
 * Starts IAM, CES, IEF, ROMA Connect, IoTDA and FunctionGraph on one port, told apart by their paths.
 * @throws the error of the port (`code` EADDRINUSE, EACCES …), FolderInUseError for the directory of another
 *   process, or UnusableFolderError for a saved state that cannot be read
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const world = createWorld(options);
  const persistence = await openPersistence(world.state, options.persistDir);
  try {
    return await serveCloud(options, world, persistence);
  } catch (error) {
    await persistence.release();
    throw error;
  }
}

async function serveCloud(options: CloudOptions, world: World, persistence: Persistence): Promise<Cloud> {
  const { host = '127.0.0.1', deadlines = localDeadlines } = options;
  const store = openCodeStore(options.persistDir);
  const services = createServices(options, world, persistence, store);
  const { tokens, pusher, tasks, functiongraph } = services;
  const startSaved = await readSavedFunctions(functiongraph);
  const closing = new AbortController();
  const advance = (ms: number): void => {
    world.state.clockOffsetMs += ms;
    tasks.advance();
    pusher.probeDue();
  };
  let push = options.push;
  const setUpPush = (): void => {
    if (push) registerPush(world, push.url, push.token);
  };
  const app = createApp(services, { advance, afterReset: setUpPush }, closing.signal);
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: serverOptionsOf(deadlines) }) as Server;
  const port = await listen(server, options.port, host);
  startSaved();
  setUpPush();
  // Only now: what became due while the cloud was down is pushed, and that may not happen for a port that is taken.
  tasks.advance();
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    account: world.account,
    issueTemporaryCredentials(agency) {
      const { ak, sk, security_token, expires_at } = tokens.agencyCredentials(agency);
      return { ak, sk, securityToken: security_token, expiresAt: expires_at };
    },
    issueToken: (agency) => tokens.agencyToken(agency).token,
    registerPush(target) {
      if (isDeepStrictEqual(push, target)) return;
      push = target;
      setUpPush();
    },
    createBatchTask: (task) => tasks.create(task),
    asyncConfigOf: (name) => asyncConfigOf(world.state.functions.get(name)),
    functionUrn: (name) => functionUrn(world, name),
    advance,
    settled: () => pusher.settled(),
    async close() {
      closing.abort();
      tasks.close();
      pusher.close();
      await closeServer(server);
      await persistence.save().finally(persistence.release);
    },
  };
}

function createWorld(options: CloudOptions): World {
  const { clock = Date.now, realClock = Date.now } = options;
  const state = emptyState();
  return {
    account: { ...localAccount, ...options.account },
    fleet: options.fleet ?? sampleFleet,
    state,
    now: () => clock() + state.clockOffsetMs,
    realNow: realClock,
  };
}

type Services = ReturnType<typeof createServices>;

function createServices(options: CloudOptions, world: World, persistence: Persistence, store: CodeStore) {
  const { after = realAfter, pushAnswerWithinMs: answerWithinMs, platform } = options;
  const functiongraph = { world, platform, store, after };
  const tokens = createTokens(world);
  const pusher = createPusher({ now: world.now, after, ...(answerWithinMs === undefined ? {} : { answerWithinMs }) });
  // What a timer changed is saved behind the scenes; where that fails, the next call that saves says so with a 500.
  const tasks = createBatchTasks(world, pusher, after, () => void persistence.save().catch(() => undefined));
  const operations = [
    ...iamOperations(world, tokens),
    ...cesOperations(world),
    ...iefOperations(world),
    ...romaOperations(world),
    ...iotdaOperations(world, tasks),
    ...functiongraphOperations(functiongraph),
  ];
  const throttle = createThrottle(world.realNow, options.throttle);
  return { world, persistence, tokens, pusher, tasks, functiongraph, operations, throttle };
}

function createApp(
  services: Services,
  levers: Pick<InspectParts, 'advance' | 'afterReset'>,
  closing: AbortSignal,
): Hono<Env> {
  const app = new Hono<Env>();
  // A request that breaks off while it is read has nobody to answer to.
  app.onError((_error, c) => c.body(null, 500));
  const parts = {
    ...services,
    ...levers,
    authenticator: createAuthenticator(services.world, services.tokens),
    faults: createFaults(),
    requests: createRequestLog(),
    sleep: (ms: number) => wait(ms, undefined, { ref: false, signal: closing }).catch(() => undefined),
  };
  mountInspect(app, parts);
  mountGateway(app, services.operations, parts);
  return app;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Running calls get half a second; kept-open connections are closed at once. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const hurry = setTimeout(() => server.closeAllConnections(), 500);
    server.close(() => {
      clearTimeout(hurry);
      resolve();
    });
    server.closeIdleConnections();
  });
}
