import type { ServiceFunction } from '../../serverless/service-file.js';
import type { Clock } from './clock.js';
import { FunctionRunner, type RunnerSetup } from './function-runner.js';
import type { FunctionFacts } from './instance/messages.js';
import { Instance, type LogLine } from './instance.js';
import { instanceEnvironment } from './instance-environment.js';
import type { InstanceGuard } from './instance-guard.js';
import { InstancePool } from './instance-pool.js';
import type { Stage, StagedCode } from './stage-code.js';

export interface DeploySetup extends Pick<RunnerSetup, 'userData' | 'credentialsFor'> {
  readonly stage: Stage;
  readonly guard: InstanceGuard;
  readonly clock: Clock;
  readonly projectId: string;
  readonly nodePath: string;
  readonly mostInstances: number;
  /** In ms. */
  readonly idleMs: number;
  readonly debugged?: DebuggedFunction | undefined;
  readonly onLog: (fn: ServiceFunction, line: LogLine) => void;
}

/** The function that a debugger may attach to: it has one instance, which is neither frozen nor ended by a time limit. */
export interface DebuggedFunction {
  readonly functionName: string;
  /** Of 127.0.0.1. */
  readonly port: number;
  /** File that maps its `index.js` to the sources. */
  readonly sourceMap: string;
}

/** One definition of a function with one version of its code, and the instances that run it. */
export interface Deployment {
  readonly fn: ServiceFunction;
  readonly code: StagedCode;
  readonly run: FunctionRunner['run'];
  readonly instances: () => InstancePool['size'];
  /** Begins an instance before an invocation needs it. */
  readonly prepare: () => void;
  /** Takes it out of use: its instances end when the invocations that it has taken on have ended; resolves then. */
  readonly retire: () => Promise<void>;
  /** Ends its instances now; invocations under way end with them. */
  readonly close: () => void;
}

/** Makes a function of staged code callable. No instance is started yet. */
export function deploy(fn: ServiceFunction, code: StagedCode, setup: DeploySetup): Deployment {
  const { clock, userData, credentialsFor } = setup;
  const pool = poolOf(fn, code, setup);
  const runner = new FunctionRunner({ fn, pool, clock, userData, credentialsFor });
  let taken = 0;
  let whenDone: (() => void) | undefined;
  const close = () => {
    pool.close();
    whenDone?.();
  };
  const run: Deployment['run'] = async (...invocation) => {
    taken += 1;
    try {
      return await runner.run(...invocation);
    } finally {
      taken -= 1;
      if (taken === 0 && whenDone) close();
    }
  };
  const retire = () =>
    new Promise<void>((resolve) => {
      whenDone = resolve;
      if (taken === 0) close();
    });
  return { fn, code, run, instances: () => pool.size, prepare: () => pool.prepare(), retire, close };
}

function poolOf(fn: ServiceFunction, code: StagedCode, setup: DeploySetup): InstancePool {
  const { stage, clock, nodePath, debugged } = setup;
  const debugPort = debugged?.functionName === fn.name ? debugged.port : undefined;
  const facts = { ...factsOf(fn, code, setup), timeStands: debugPort !== undefined };
  const env = instanceEnvironment(fn, facts, stage.folder);
  return new InstancePool({
    create: (onExit) =>
      new Instance({
        nodePath,
        instanceFile: stage.instanceFile,
        folder: stage.folder,
        env,
        facts,
        guard: setup.guard,
        debugPort,
        onLog: (line) => setup.onLog(fn, line),
        onExit,
      }),
    most: debugPort === undefined ? setup.mostInstances : 1,
    idleMs: debugPort === undefined ? setup.idleMs : Number.POSITIVE_INFINITY,
    clock,
  });
}

function factsOf(fn: ServiceFunction, code: StagedCode, { projectId }: DeploySetup): FunctionFacts {
  return {
    functionName: fn.name,
    version: 'latest',
    app: fn.app,
    projectId,
    memorySize: fn.memorySize,
    timeoutMs: fn.timeout * 1000,
    handler: fn.handler,
    ...(fn.initializer === undefined ? {} : { initializer: fn.initializer }),
    codeRoot: code.root,
  };
}
