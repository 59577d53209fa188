import type { Service, ServiceFunction, ServiceTimer } from '../../serverless/service-file.js';
import { targetOf } from './apig-event.js';
import { type Clock, realClock } from './clock.js';
import { deploy } from './deploy.js';
import type { FunctionRunner } from './function-runner.js';
import { serveRoute } from './gateway.js';
import { listen } from './http-server.js';
import type { AgencyCredentials } from './instance/messages.js';
import type { LogLine } from './instance.js';
import type { InvokeResult } from './invoke-result.js';
import { idleMs, mostInstances } from './limits.js';
import { isLocalPath, serveLocal } from './local-routes.js';
import { runAndReport } from './run-and-report.js';
import { stageCode } from './stage-code.js';
import { type TimerInfo, Timers, timerEvent } from './timers.js';

export interface PlatformOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  readonly service: Service;
  /** Folder with `NAME/index.js` for every function. */
  readonly distDir: string;
  readonly projectId: string;
  /** The variables of a function, plain and encrypted; asked at each invocation. */
  readonly userData: (fn: ServiceFunction) => Readonly<Record<string, string>>;
  /** Temporary credentials of the function's agency; asked at each invocation. */
  readonly credentialsFor?: (fn: ServiceFunction) => AgencyCredentials | undefined;
  /** Gets one line per invocation. */
  readonly report?: (line: string) => void;
  /** Gets one line per line that a function logs. */
  readonly onLog?: (line: string) => void;
  /** Whether `GET /_local/health` may say so. */
  readonly ready?: () => boolean;
  /** The Node.js that runs the functions; this one by default. */
  readonly nodePath?: string;
  readonly clock?: Clock;
  /** Instances per function. */
  readonly mostInstances?: number;
  /** How long an instance without work is kept, in ms. */
  readonly idleMs?: number;
}

/** FunctionGraph on this machine. */
export interface Platform {
  readonly url: string;
  readonly port: number;
  /** Names, in the order of the file. */
  readonly functions: readonly string[];
  timers(): TimerInfo[];
  /** A direct, synchronous invocation. @throws Error where there is no such function; every other end is a result */
  invoke(functionName: string, event: Uint8Array | string, trigger?: string): Promise<InvokeResult>;
  /** Fires a timer now, active or not. @throws Error where there is no such timer */
  fireTimer(name: string): Promise<InvokeResult>;
  /** Ends everything: timers, connections, instances; invocations under way end with them. */
  close(): Promise<void>;
}

/**
 * Runs built bundles under FunctionGraph's documented rules, each instance in a process of its own, with API Gateway's routes
 * and the timers of the service in front of them.
 * @throws Error where a bundle is not built, or the system's own such as EADDRINUSE; nothing is left running then
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { service, clock = realClock, host = '127.0.0.1' } = options;
  const stage = await stageCode(options.distDir, service.functions);
  const runners = deployAll(options, clock, stage);
  const { run, lines } = runAndReport(runners, clock, options.report ?? (() => undefined));
  const fire = (functionName: string, timer: ServiceTimer, at: Date) =>
    run(functionName, timerEvent(timer, at, service.zone), `TIMER ${timer.name}`);

  // A timer's invocation is asynchronous: nobody gets its result, and a failed one is not repeated (asynchronous page).
  const timers = new Timers(service, clock, (functionName, timer, at) => {
    fire(functionName, timer, at).catch((error: unknown) =>
      options.report?.(`TIMER ${timer.name} did not run: ${error}`),
    );
  });
  const calls: Pick<Platform, 'timers' | 'invoke' | 'fireTimer'> = {
    timers: () => timers.list(),
    invoke: (name, event, trigger = 'direct') => run(name, Buffer.from(event), trigger),
    fireTimer: async (name) => {
      const found = timers.find(name);
      if (found) return fire(found.functionName, found.timer, new Date(clock.now()));
      throw new Error(
        `There is no timer ${name}. There are ${timers
          .list()
          .map((timer) => timer.name)
          .join(', ')}.`,
      );
    },
  };
  const local = {
    platform: calls,
    ready: options.ready ?? (() => true),
    describeFunctions: () => service.functions.map((fn) => describe(fn, runners.get(fn.name))),
    reportLines: () => lines,
  };
  const endInstances = () => {
    for (const runner of runners.values()) runner.pool.close();
  };
  const stop = () => {
    timers.close();
    process.off('exit', endInstances);
    endInstances();
    stage.remove();
  };
  // However this process ends, its instances go with it: they would end by themselves, unless they are in an endless loop.
  process.on('exit', endInstances);

  const server = await listen({ host, port: options.port }, (request) =>
    isLocalPath(targetOf(request).path) ? serveLocal(request, local) : serveRoute(request, { service, run, clock }),
  ).catch((error: unknown) => {
    stop();
    throw error;
  });
  return {
    ...calls,
    url: `http://${host}:${server.port}`,
    port: server.port,
    functions: service.functions.map((fn) => fn.name),
    close: async () => {
      stop();
      await server.close();
    },
  };
}

function deployAll(
  options: PlatformOptions,
  clock: Clock,
  stage: Awaited<ReturnType<typeof stageCode>>,
): Map<string, FunctionRunner> {
  const onLog = (fn: ServiceFunction, line: LogLine) => {
    options.onLog?.([fn.name, line.requestId, line.level, line.text].filter(Boolean).join(' '));
  };
  const setup = {
    stage,
    clock,
    projectId: options.projectId,
    nodePath: options.nodePath ?? process.execPath,
    mostInstances: options.mostInstances ?? mostInstances,
    idleMs: options.idleMs ?? idleMs,
    userData: options.userData,
    credentialsFor: options.credentialsFor ?? (() => undefined),
    onLog,
  };
  return new Map(options.service.functions.map((fn) => [fn.name, deploy(fn, setup)]));
}

/** What `/_local/functions` shows: names of variables, never their values. */
function describe(fn: ServiceFunction, runner: FunctionRunner | undefined): unknown {
  const { name, description, runtime, handler, memorySize, timeout, agency, routes } = fn;
  const variables = [...Object.keys(fn.environment), ...Object.keys(fn.encryptedEnvironment)];
  const timers = fn.timers.map((timer) => timer.name);
  const shownRoutes = routes.map((route) => `${route.method} ${route.path}`);
  const instances = runner?.pool.size;
  return {
    name,
    description,
    runtime,
    handler,
    memorySize,
    timeout,
    agency,
    routes: shownRoutes,
    timers,
    variables,
    instances,
  };
}
