import type { Service, ServiceFunction, ServiceTimer } from '../../serverless/service-file.js';
import type { RequestDeadlines } from '../request-deadlines.js';
import { targetOf } from './apig-event.js';
import type { AsyncConfig } from './async-config.js';
import { asyncQueue } from './async-queue.js';
import type { AsyncInvocation } from './async-status.js';
import { type Clock, realClock } from './clock.js';
import type { DebuggedFunction, Deployment, DeploySetup } from './deploy.js';
import { serveRoute } from './gateway.js';
import { listen } from './http-server.js';
import type { AgencyCredentials } from './instance/messages.js';
import type { LogLine } from './instance.js';
import { InstanceGuard } from './instance-guard.js';
import type { InvokeResult } from './invoke-result.js';
import { idleMs, mostInstances } from './limits.js';
import { isLocalPath, serveLocal } from './local-routes.js';
import { FunctionRegistry } from './registry.js';
import { noSuchFunction, runAndReport } from './run-and-report.js';
import { type CodeFiles, openStage, readBundle, type Stage } from './stage-code.js';
import { type TimerInfo, Timers, timerEvent } from './timers.js';

export interface PlatformOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** The functions that are there from the start, and the zone of all timers. */
  readonly service: Pick<Service, 'functions' | 'zone'>;
  /** Folder with `NAME/index.js` for each of them. */
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
  /** The asynchronous settings of a function; asked whenever they matter. */
  readonly asyncConfig?: (functionName: string) => AsyncConfig;
  /** The full name of a function, as notifications of asynchronous invocations have it and destinations give it. */
  readonly urnOf?: (functionName: string) => string;
  /** A debugger may attach to the instance of this function. */
  readonly debugged?: DebuggedFunction | undefined;
  /** Instances per function. */
  readonly mostInstances?: number;
  /** How long an instance without work is kept, in ms. */
  readonly idleMs?: number;
  /** How long clients of the routes may take to send their requests. */
  readonly deadlines?: RequestDeadlines;
}

/** FunctionGraph on this machine. */
export interface Platform {
  readonly url: string;
  readonly port: number;
  /** The names of the functions that there are now, oldest first. */
  readonly functions: readonly string[];
  /**
   * Creates a function or changes it, with all its routes and timers, from the next invocation on; those under way end on what
   * they began with. Without `code` it keeps the code that it has.
   * @throws Error where it has none, or ScheduleError; nothing is changed then
   */
  put(fn: ServiceFunction, code?: CodeFiles): void;
  /** Deletes a function with its routes and timers; invocations under way end. False where there is none of this name. */
  remove(functionName: string): boolean;
  timers(): TimerInfo[];
  /** A direct, synchronous invocation. @throws Error where there is no such function; every other end is a result */
  invoke(functionName: string, event: Uint8Array | string, trigger?: string): Promise<InvokeResult>;
  /** Queues an event. @throws AsyncEventTooLargeError above 256 KB, Error where there is no such function */
  invokeAsync(functionName: string, event: Uint8Array | string): string;
  /** The asynchronous invocations of a function, the newest first. */
  asyncInvocations(functionName: string): AsyncInvocation[];
  /** Resolves when no asynchronous event is waiting or running. */
  asyncSettled(): Promise<void>;
  /** Fires a timer now, active or not. @throws Error where there is no such timer */
  fireTimer(name: string): Promise<InvokeResult>;
  /** Ends everything: timers, connections, instances; invocations under way end with them. */
  close(): Promise<void>;
}

/**
 * Runs built bundles under FunctionGraph's documented rules, each instance in a process of its own, with API Gateway's routes
 * and the timers of the functions in front of them.
 * @throws Error where a bundle is not built, or the system's own such as EADDRINUSE; nothing is left running then
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { service, clock = realClock, host = '127.0.0.1' } = options;
  const bundles = service.functions.map((fn) => [fn, readBundle(options.distDir, fn.name)] as const);
  const stage = await openStage();
  const guard = new InstanceGuard();
  const registry = new FunctionRegistry({ ...deploySetup(options, clock, stage), guard });
  const { run, lines } = runAndReport(registry.deployments, clock, options.report ?? (() => undefined));
  const fire = (functionName: string, timer: ServiceTimer, at: Date) =>
    run(functionName, timerEvent(timer, at, service.zone), `TIMER ${timer.name}`);

  const queue = asyncQueue({ ...options, functions: registry.deployments, run, clock });

  // A timer's invocation is asynchronous: nobody gets its result (asynchronous page).
  const timers = new Timers({
    zone: service.zone,
    clock,
    fire: (functionName, timer, at) => {
      queue.submit(functionName, timerEvent(timer, at, service.zone), `TIMER ${timer.name}`);
    },
  });
  const calls: Omit<Platform, 'url' | 'port' | 'functions' | 'close'> = {
    timers: () => timers.list(),
    invoke: (name, event, trigger = 'direct') => run(name, Buffer.from(event), trigger),
    invokeAsync: (name, event) => {
      if (!registry.deployments.has(name)) throw noSuchFunction(name, registry.deployments);
      return queue.submit(name, Buffer.from(event));
    },
    asyncInvocations: (name) => queue.list(name),
    asyncSettled: () => queue.settled(),
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
    put: (fn, code) => {
      timers.check(fn.timers);
      const isNew = !registry.deployments.has(fn.name);
      registry.put(fn, code);
      if (isNew && fn.name === options.debugged?.functionName) registry.deployments.get(fn.name)?.prepare();
      timers.set(fn.name, fn.timers);
    },
    remove: (name) => {
      timers.set(name, []);
      return registry.remove(name);
    },
  };
  const local = {
    platform: calls,
    ready: options.ready ?? (() => true),
    describeFunctions: () => [...registry.deployments.values()].map(describe),
    reportLines: () => lines,
  };
  const endInstances = () => registry.close();
  const stop = () => {
    timers.close();
    queue.close();
    process.off('exit', endInstances);
    endInstances();
    guard.close();
    stage.remove();
  };
  // However this process ends, its instances go with it; where it has no chance to end them, the guard does.
  process.on('exit', endInstances);

  const serve = async () => {
    for (const [fn, code] of bundles) calls.put(fn, code);
    return listen({ host, port: options.port, deadlines: options.deadlines }, (request) =>
      isLocalPath(targetOf(request).path)
        ? serveLocal(request, local)
        : serveRoute(request, { functions: registry.functions, run, clock, debugged: options.debugged?.functionName }),
    );
  };
  const server = await serve().catch((error: unknown) => {
    stop();
    throw error;
  });
  return {
    ...calls,
    url: `http://${host}:${server.port}`,
    port: server.port,
    get functions() {
      return [...registry.deployments.keys()];
    },
    close: async () => {
      stop();
      await server.close();
    },
  };
}

function deploySetup(options: PlatformOptions, clock: Clock, stage: Stage): Omit<DeploySetup, 'guard'> {
  return {
    stage,
    clock,
    projectId: options.projectId,
    nodePath: options.nodePath ?? process.execPath,
    debugged: options.debugged,
    mostInstances: options.mostInstances ?? mostInstances,
    idleMs: options.idleMs ?? idleMs,
    userData: options.userData,
    credentialsFor: options.credentialsFor ?? (() => undefined),
    onLog: (fn: ServiceFunction, line: LogLine) => {
      options.onLog?.([fn.name, line.requestId, line.level, line.text].filter(Boolean).join(' '));
    },
  };
}

/** What `/_local/functions` shows: names of variables, never their values. */
function describe({ fn, instances }: Deployment): unknown {
  const { name, description, runtime, handler, memorySize, timeout, agency, routes } = fn;
  const variables = [...Object.keys(fn.environment), ...Object.keys(fn.encryptedEnvironment)];
  const timers = fn.timers.map((timer) => timer.name);
  const shownRoutes = routes.map((route) => `${route.method} ${route.path}`);
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
    instances: instances(),
  };
}
