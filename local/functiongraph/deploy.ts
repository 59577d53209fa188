import type { ServiceFunction } from '../../serverless/service-file.js';
import type { Clock } from './clock.js';
import { FunctionRunner, type RunnerSetup } from './function-runner.js';
import type { FunctionFacts } from './instance/messages.js';
import { Instance, type LogLine } from './instance.js';
import { instanceEnvironment } from './instance-environment.js';
import { InstancePool } from './instance-pool.js';
import type { Stage } from './stage-code.js';

export interface DeploySetup extends Pick<RunnerSetup, 'userData' | 'credentialsFor'> {
  readonly stage: Stage;
  readonly clock: Clock;
  readonly projectId: string;
  readonly nodePath: string;
  readonly mostInstances: number;
  /** In ms. */
  readonly idleMs: number;
  readonly onLog: (fn: ServiceFunction, line: LogLine) => void;
}

/** Makes a function of staged code callable. No instance is started yet. */
export function deploy(fn: ServiceFunction, setup: DeploySetup): FunctionRunner {
  const { stage, clock, nodePath } = setup;
  const facts = factsOf(fn, setup);
  const env = instanceEnvironment(fn, facts, stage.folder);
  const pool = new InstancePool({
    create: (onExit) =>
      new Instance({
        nodePath,
        instanceFile: stage.instanceFile,
        folder: stage.folder,
        env,
        facts,
        onLog: (line) => setup.onLog(fn, line),
        onExit,
      }),
    most: setup.mostInstances,
    idleMs: setup.idleMs,
    clock,
  });
  return new FunctionRunner({ fn, pool, clock, userData: setup.userData, credentialsFor: setup.credentialsFor });
}

function factsOf(fn: ServiceFunction, { stage, projectId }: DeploySetup): FunctionFacts {
  return {
    functionName: fn.name,
    version: 'latest',
    app: fn.app,
    projectId,
    memorySize: fn.memorySize,
    timeoutMs: fn.timeout * 1000,
    handler: fn.handler,
    ...(fn.initializer === undefined ? {} : { initializer: fn.initializer }),
    codeRoot: stage.codeRoot(fn.name),
  };
}
