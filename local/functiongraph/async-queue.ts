import { defaultAsyncConfig } from './async-config.js';
import { AsyncInvocations } from './async-invocations.js';
import type { Clock } from './clock.js';
import { mostInstances } from './limits.js';
import type { Run } from './run-and-report.js';
import type { PlatformOptions } from './start-platform.js';

type QueueOptions = Pick<
  PlatformOptions,
  'service' | 'projectId' | 'asyncConfig' | 'urnOf' | 'report' | 'mostInstances'
>;

/** The asynchronous queue of a platform, in front of the functions that it has at the moment. */
export function asyncQueue(
  options: QueueOptions & {
    readonly functions: ReadonlyMap<string, unknown>;
    readonly run: Run;
    readonly clock: Clock;
  },
): AsyncInvocations {
  const { functions, run, clock } = options;
  const urnOf = options.urnOf ?? ((name) => `urn:fss:cn-north-4:${options.projectId}:function:default:${name}:latest`);
  return new AsyncInvocations({
    run: (name, event, requestId, trigger) => run(name, event, trigger, { requestId }),
    clock,
    configOf: options.asyncConfig ?? (() => defaultAsyncConfig),
    mostAtOnce: () => options.mostInstances ?? mostInstances,
    urnOf,
    // Without a version a URN means the latest one.
    nameOf: (urn) =>
      [...functions.keys()].find((name) => urnOf(name).replace(/:latest$/, '') === urn.replace(/:latest$/, '')),
    zone: options.service.zone,
    report: options.report ?? (() => undefined),
  });
}
