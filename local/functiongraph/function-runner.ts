import { randomUUID } from 'node:crypto';
import type { ServiceFunction } from '../../serverless/service-file.js';
import type { Clock } from './clock.js';
import type { AgencyCredentials, InvocationFacts } from './instance/messages.js';
import type { Instance, LogLine, Reply } from './instance.js';
import type { InstancePool } from './instance-pool.js';
import type { FailureKind, InvokeResult } from './invoke-result.js';
import { largestEvent, longestLoadMs } from './limits.js';

export interface RunnerSetup {
  readonly fn: ServiceFunction;
  readonly pool: InstancePool;
  readonly clock: Clock;
  readonly userData: (fn: ServiceFunction) => Readonly<Record<string, string>>;
  readonly credentialsFor: (fn: ServiceFunction) => AgencyCredentials | undefined;
}

/** What became of a new instance. */
interface Start {
  readonly initMs: number;
  readonly log: readonly string[];
  readonly failure?: InvokeResult;
}

/** How often an initializer is tried, each time in a new instance, before its failure is the invocation's (initializer page). */
const initializerAttempts = 3;

/** Runs invocations of one function: size limit, instance, initializer, time limit, result. */
export class FunctionRunner {
  readonly #setup: RunnerSetup;

  constructor(setup: RunnerSetup) {
    this.#setup = setup;
  }

  get pool(): InstancePool {
    return this.#setup.pool;
  }

  /** One synchronous invocation. Every end of it is a result, none is thrown. */
  async run(event: Uint8Array, requestId: string = randomUUID()): Promise<InvokeResult> {
    const invocation = this.#invocationFacts(requestId);
    if (event.length > largestEvent) {
      return failed(requestId, 'too-large', `the event has ${event.length} bytes, at most ${largestEvent} are allowed`);
    }
    let initMs = 0;
    const log: string[] = [];
    for (let attempt = 1; ; attempt += 1) {
      const acquired = await this.#setup.pool.acquire();
      if (!acquired) return failed(requestId, 'exited', 'the platform is closing');

      const { instance, cold } = acquired;
      const start = cold ? await this.#start(instance, invocation) : { initMs: 0, log: [] };
      initMs += start.initMs;
      log.push(...start.log);
      if (start.failure?.errorCode === 4009 && attempt < initializerAttempts) continue;
      const result = start.failure ?? (await this.#invoke(instance, invocation, event));
      this.#setup.pool.release(instance);
      return { ...result, cold, ...(cold ? { initMs } : {}), log: [...log, ...result.log] };
    }
  }

  /** User data and credentials are asked for each time: temporary credentials change while an instance lives. */
  #invocationFacts(requestId: string): InvocationFacts {
    const { fn, userData, credentialsFor } = this.#setup;
    const credentials = credentialsFor(fn);
    return { requestId, userData: userData(fn), ...(credentials ? { credentials } : {}) };
  }

  /** An instance that did not start is thrown away: a new one is tried, in this invocation or in the next. */
  async #start(instance: Instance, invocation: InvocationFacts): Promise<Start> {
    const { fn, clock } = this.#setup;
    const began = clock.now();
    const limit = fn.initializerTimeout ?? fn.timeout;
    const reply = await instance.start(invocation, { load: longestLoadMs, initializer: limit * 1000 });
    const initMs = clock.now() - began;
    const log = texts(instance.takeLog(invocation.requestId));
    if (reply.type === 'started' && !reply.failure) return { initMs, log };

    instance.kill();
    const { requestId } = invocation;
    if (reply.type === 'started' && reply.failure) {
      const { code, body } = reply.failure;
      const failure = { ...failed(requestId, 'function', ''), errorCode: code, body: Buffer.from(body) };
      return { initMs, log, failure };
    }
    const [kind, why] = ending(
      reply,
      `the start did not end in time: at most ${longestLoadMs / 1000} s for loading the code, ${limit} s for its initializer`,
    );
    return { initMs, log, failure: failed(requestId, kind, why) };
  }

  async #invoke(instance: Instance, invocation: InvocationFacts, event: Uint8Array): Promise<InvokeResult> {
    const { fn, clock } = this.#setup;
    const { requestId } = invocation;
    instance.takeLog(requestId);
    const began = clock.now();
    const reply = await instance.invoke(invocation, event, fn.timeout * 1000);
    const measured = { durationMs: clock.now() - began, log: texts(instance.takeLog(requestId)), cold: false };
    if (reply.type !== 'done') {
      const [kind, why] = ending(reply, `${fn.name} did not answer within ${fn.timeout} s`);
      return { ...failed(requestId, kind, why), ...measured };
    }
    const { errorCode, memoryMb } = reply;
    const verdict = errorCode === undefined ? { ok: true } : { ok: false, errorCode, failure: 'function' as const };
    return { requestId, ...verdict, body: Buffer.from(reply.body), memoryMb, ...measured };
  }
}

function ending(reply: Reply, timeoutText: string): [FailureKind, string] {
  if (reply.type === 'timeout') return ['timeout', timeoutText];
  if (reply.type !== 'exited') return ['exited', 'the instance answered out of turn'];
  return [reply.byOthers ? 'killed' : 'exited', `the instance ${reply.how}`];
}

/** The platform has no documented code for these ends, so the body names the kind. */
function failed(requestId: string, failure: FailureKind, why: string): InvokeResult {
  const errorType = {
    function: 'Error',
    timeout: 'FunctionTimeout',
    exited: 'InstanceEnded',
    killed: 'InstanceEnded',
    'too-large': 'EventTooLarge',
  };
  const body = Buffer.from(JSON.stringify({ errorMessage: `${why}.`, errorType: errorType[failure] }));
  return { requestId, ok: false, failure, body, log: [], durationMs: 0, cold: false, memoryMb: 0 };
}

function texts(lines: readonly LogLine[]): string[] {
  return lines.map(({ level, text }) => `${level} ${text}`);
}
