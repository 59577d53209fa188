import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { Operation } from '../operations/operation.js';
import { answerToFailure } from './answer.js';
import type { Exchange } from './exchange.js';
import type { HttpRules } from './http-rules.js';
import { admit, checkInput, readInput } from './input.js';
import { keepInputSecrets } from './input-secrets.js';
import { report } from './report.js';
import { runOnce } from './run-once.js';
import { recognise } from './triggers/recognise.js';
import { openWorkplace, type Runtime } from './workplace.js';

/** What a function's file exports. FunctionGraph counts the declared parameters: both must have exactly two. */
export interface FunctionExports {
  readonly handler: (event: unknown, context: unknown) => Promise<unknown>;
  readonly initializer: (context: unknown, callback: unknown) => void;
}

/** The real surroundings. Console and environment are looked up at each use: the platform replaces the former. */
const platform: Runtime = {
  now: () => Date.now(),
  newId: () => randomUUID(),
  env: process.env,
  console: {
    debug: (line) => console.debug(line),
    info: (line) => console.info(line),
    warn: (line) => console.warn(line),
    error: (line) => console.error(line),
  },
  makeCloud: () => {
    throw new Error('this function was built without the signed client; hand signedCloud to functionHandler');
  },
};

/**
 * Turns an operation into a function that every trigger can call. HTTP callers always get a response, and failures as a
 * problem document; timers and direct calls get the body itself, and failures as a rejection with the error.
 *
 * @param rules what HTTP callers must send
 * @param parts `makeCloud: signedCloud` for an operation that calls a cloud; time, ids, environment and console are the
 *   real ones unless they are given
 */
export function functionHandler<Input, Body>(
  operation: Operation<Input, Body>,
  rules: HttpRules,
  parts: Partial<Runtime> = {},
): FunctionExports {
  const runtime: Runtime = { ...platform, ...parts };
  const pipeline = createPipeline(operation, rules);
  let cold = true;

  return {
    // Async, so that even a defect of this file becomes a rejected native promise: the runtime waits for nothing else.
    handler: async (event, context) => {
      const invocation = recognise(event);
      const timer = 'timer' in invocation ? invocation.timer : undefined;
      const exchange: Exchange = {
        invocation,
        workplace: openWorkplace(operation.name, context, runtime, timer),
        admitted: false,
        input: undefined,
        result: undefined,
        failure: undefined,
        status: 500,
      };
      const first = cold;
      cold = false;
      try {
        return await pipeline(exchange);
      } finally {
        report(exchange, first);
      }
    },
    // Nothing needs to be prepared. The runtime takes a call without a leading null for a failure.
    initializer: (_context, callback) => {
      if (typeof callback === 'function') callback(null, '');
    },
  };
}

/**
 * The way of one exchange: door, input, operation, answer. Middy's early timeout stays off, for its abort controller is
 * shared by overlapping invocations; the client watches the time that is left instead.
 */
function createPipeline<Input, Body>(
  operation: Operation<Input, Body>,
  rules: HttpRules,
): (exchange: Exchange) => Promise<unknown> {
  const pipeline = middy<Exchange, unknown>({ timeoutEarlyInMillis: 0 })
    .before(({ event: exchange }) => admit(exchange, rules))
    .before(async ({ event: exchange }) => {
      exchange.input = await readInput(exchange, rules);
      // A push is from outside and reaches no cloud: what it calls a secret must not decide what the log shows.
      if (!rules.lenientBody) keepInputSecrets(exchange.input, exchange.workplace.redactor.keep);
    })
    .handler(async (exchange: Exchange) => {
      const input = checkInput(operation, exchange.input);
      return await runOnce(exchange, rules, () => operation.run(input, exchange.workplace.operation));
    })
    .onError((request) => {
      const answered = answerToFailure(request.event, request.error, rules);
      // Middy throws the error where there is no response.
      if ('error' in answered) request.error = answered.error;
      else request.response = answered.response;
    });
  return (exchange) => pipeline(exchange, {});
}
