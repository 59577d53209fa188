/**
 * The inside of one instance: a plain Node.js process that loads a bundle and answers one invocation after the other. It is
 * bundled into one CommonJS file, so that it starts as fast as the platform's wrapper and on the same Node.js.
 */
import { type Completion, call } from './call.js';
import { hookConsole } from './console-hook.js';
import { Context } from './context.js';
import { platformFailure, thrownFailure } from './failure.js';
import { EntryError, loadModule, lookUp } from './load.js';
import type { Failure, FromInstance, FunctionFacts, InvocationFacts, LogLevel, ToInstance } from './messages.js';
import { peakMemoryMb } from './peak-memory.js';
import { failed, type Payload, payloadOf } from './result.js';

const send = process.send?.bind(process) as ((message: FromInstance) => void) | undefined;
if (!send) throw new Error('An instance is started by the local platform, never by hand.');
const tell = send;
// On the platform there is no such channel: libraries that look for one must not find it.
Reflect.deleteProperty(process, 'send');

let facts: FunctionFacts;
let userModule: Record<string, unknown> = {};
/** Of the most recently begun invocation: lines of the console can only be tagged with that one. */
let currentRequestId = '';

const log = (requestId: string, level: LogLevel, text: string) => tell({ type: 'log', requestId, level, text });

// Never outlive the platform; and leave Ctrl+C, which the terminal sends to the whole group, to the platform.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);

process.on('message', (message: ToInstance) => {
  currentRequestId = message.invocation.requestId;
  if (message.type === 'start') void start(message.facts, message.invocation);
  else void invoke(message.event, message.invocation);
});

async function start(functionFacts: FunctionFacts, invocation: InvocationFacts): Promise<void> {
  facts = functionFacts;
  hookConsole((level, text) => log(currentRequestId, level, text));
  const failure = load() ?? (await initialize(invocation));
  // The wrapper ignores SIGTERM from here on: code cannot be told that its instance ends.
  process.on('SIGTERM', () => undefined);
  tell({ type: 'started', ...(failure ? { failure } : {}) });
}

function load(): Failure | undefined {
  try {
    userModule = loadModule(facts.codeRoot, facts.handler);
    tell({ type: 'loaded' });
    return undefined;
  } catch (error) {
    return entryFailure(error);
  }
}

async function initialize(invocation: InvocationFacts): Promise<Failure | undefined> {
  if (facts.initializer === undefined) return undefined;
  try {
    const initializer = lookUp(userModule, facts.initializer, 'initializer');
    const completion = await call(initializer, [new Context(facts, invocation, log)]);
    if (completion.kind === 'value') return undefined;
    return thrownFailure(4009, completion.error, { codeRoot: facts.codeRoot, stack: completion.kind === 'threw' });
  } catch (error) {
    return entryFailure(error);
  }
}

async function invoke(event: Uint8Array, invocation: InvocationFacts): Promise<void> {
  const { body, errorCode } = await answer(event, new Context(facts, invocation, log));
  tell({ type: 'done', body, memoryMb: peakMemoryMb(), ...(errorCode === undefined ? {} : { errorCode }) });
}

async function answer(bytes: Uint8Array, context: Context): Promise<Payload> {
  let event: unknown;
  try {
    event = JSON.parse(Buffer.from(bytes).toString());
  } catch (error) {
    return failed(platformFailure(4002, error instanceof Error ? error.message : String(error), 'SyntaxError'));
  }
  let completion: Completion;
  try {
    completion = await call(lookUp(userModule, facts.handler, 'handler'), [event, context]);
  } catch (error) {
    return failed(entryFailure(error));
  }
  return payloadOf(completion, facts.codeRoot);
}

function entryFailure(error: unknown): Failure {
  if (error instanceof EntryError) return platformFailure(4001, error.message);
  return thrownFailure(4001, error, { codeRoot: facts.codeRoot, stack: true });
}
