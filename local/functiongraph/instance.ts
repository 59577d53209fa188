import { type ChildProcess, spawn } from 'node:child_process';
import type { FromInstance, FunctionFacts, InvocationFacts, LogLevel, ToInstance } from './instance/messages.js';
import type { InstanceGuard } from './instance-guard.js';
import { hasGroups, signalGroup } from './process-group.js';

/** One line that a function logged. */
export interface LogLine {
  readonly requestId: string;
  readonly level: LogLevel;
  readonly text: string;
}

/** How an exchange with the process ended. */
export type Reply =
  | Exclude<FromInstance, { type: 'log' | 'loaded' }>
  | { readonly type: 'timeout' }
  /** `byOthers`: neither the platform nor the code ended it, but a signal from outside. */
  | { readonly type: 'exited'; readonly how: string; readonly byOthers: boolean };

export interface InstanceSetup {
  readonly nodePath: string;
  readonly instanceFile: string;
  /** The working folder. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly facts: FunctionFacts;
  /** Ends it where the platform cannot. */
  readonly guard: InstanceGuard;
  /** A debugger may attach to this port of 127.0.0.1: then nothing ends the instance in the middle of a step, and nothing freezes it. */
  readonly debugPort?: number | undefined;
  readonly onLog: (line: LogLine) => void;
  /** Called once, when the process is gone for whatever reason. */
  readonly onExit: (instance: Instance) => void;
}

/** What a process sends to another to end it. A crash of its own has other signals. */
const endingSignals: readonly (NodeJS.Signals | null)[] = ['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'];

/** Node.js's lines about its debugger, which are no words of a crash. */
const aboutDebugger = /^(Debugger (listening|attached|ending)|For help, see|Waiting for the debugger).*$/gm;

/**
 * One instance of a function: a process of its own that holds one invocation at a time, and is frozen between two of them: its
 * timers and its sockets go on when the next one comes.
 */
export class Instance {
  readonly #child: ChildProcess;
  readonly #setup: InstanceSetup;
  #killed = false;
  #ended = false;
  #log: LogLine[] = [];
  #settle: ((reply: Reply) => void) | undefined;
  #limit: NodeJS.Timeout | undefined;
  /** In ms. */
  #initializerLimit = 0;
  /** The end of what the process wrote past the hook: Node.js's own words about a crash. */
  #lastWords = '';

  constructor(setup: InstanceSetup) {
    this.#setup = setup;
    const { nodePath, facts, instanceFile, debugPort } = setup;
    const inspect = debugPort === undefined ? [] : [`--inspect=127.0.0.1:${debugPort}`];
    // A function has no more heap than its memory; the platform ends an instance that wants more.
    this.#child = spawn(nodePath, [`--max-old-space-size=${facts.memorySize}`, ...inspect, instanceFile], {
      cwd: setup.folder,
      env: setup.env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      detached: hasGroups,
    });
    if (this.#child.pid !== undefined) setup.guard.add(this.#child.pid);
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#lastWords = `${this.#lastWords}${chunk}`.slice(-4096);
    });
    this.#child.on('message', (message) => this.#receive(message as FromInstance));
    this.#child.on('error', (error) => this.#end(`could not be started: ${error.message}`, false));
    this.#child.on('exit', (code, signal) => {
      this.#gone();
      const how = signal ? `was ended by ${signal}` : `exited with code ${code}`;
      const byOthers = !this.#killed && endingSignals.includes(signal);
      this.#child.on('close', () => this.#end(how, byOthers));
      // A process that the function started may hold the pipe open: its last words are not waited for then.
      setTimeout(() => this.#end(how, byOthers), 200).unref();
    });
  }

  /** False as soon as its end is certain. */
  get alive(): boolean {
    return !this.#killed && !this.#ended;
  }

  /**
   * Loads the code and runs its initializer; the reply is `started` unless the process died or one of the two took longer than
   * its limit, in ms.
   */
  start(invocation: InvocationFacts, limits: { readonly load: number; readonly initializer: number }): Promise<Reply> {
    this.#initializerLimit = limits.initializer;
    return this.#exchange({ type: 'start', facts: this.#setup.facts, invocation }, limits.load);
  }

  /** One invocation; after `limitMs` the process is killed, whatever it was doing. */
  invoke(invocation: InvocationFacts, event: Uint8Array, limitMs: number): Promise<Reply> {
    return this.#exchange({ type: 'invoke', invocation, event }, limitMs);
  }

  /** The lines of one request since the last call, and what the process said past the hook. Late lines of others are not its. */
  takeLog(requestId: string): LogLine[] {
    const taken = this.#log;
    this.#log = [];
    return taken.filter((line) => line.requestId === requestId || line.requestId === '');
  }

  /** Stops the process and whatever it started, until it is thawed or killed. */
  freeze(): void {
    const mayStop = hasGroups && this.#setup.guard.watches && this.#setup.debugPort === undefined;
    if (mayStop && this.alive) signalGroup(this.#child, 'SIGSTOP');
  }

  thaw(): void {
    if (hasGroups && this.alive) signalGroup(this.#child, 'SIGCONT');
  }

  /** Ends the process and whatever it started, frozen or not. It gets no warning, and would ignore one. */
  kill(): void {
    this.#killed = true;
    const isGone = this.#child.exitCode !== null || this.#child.signalCode !== null;
    if (!isGone) signalGroup(this.#child, 'SIGKILL');
  }

  #exchange(message: ToInstance, limitMs: number): Promise<Reply> {
    return new Promise((resolve) => {
      if (!this.alive) return resolve({ type: 'exited', how: 'was already gone', byOthers: !this.#killed });
      this.#settle = (reply) => {
        clearTimeout(this.#limit);
        this.#settle = undefined;
        resolve(reply);
      };
      this.#limitTo(limitMs);
      this.#child.send(message, () => {
        // A failed send means that the process is ending; its end settles the exchange.
      });
    });
  }

  #limitTo(ms: number): void {
    clearTimeout(this.#limit);
    if (this.#setup.debugPort !== undefined) return;
    this.#limit = setTimeout(() => {
      this.#settle?.({ type: 'timeout' });
      this.kill();
    }, ms);
  }

  #receive(message: FromInstance): void {
    if (message.type === 'log') this.#note({ requestId: message.requestId, level: message.level, text: message.text });
    else if (message.type === 'loaded') this.#limitTo(this.#initializerLimit);
    else this.#settle?.(message);
  }

  #note(line: LogLine): void {
    this.#log.push(line);
    this.#setup.onLog(line);
  }

  /** What the code started and left behind ends with it. */
  #gone(): void {
    if (this.#child.pid === undefined) return;
    this.#setup.guard.remove(this.#child.pid);
    if (hasGroups) signalGroup(this.#child, 'SIGKILL');
  }

  #end(how: string, byOthers: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    const words = this.#lastWords.replaceAll(aboutDebugger, '').trim();
    if (words) this.#note({ requestId: '', level: 'ERROR', text: words });
    this.#settle?.({ type: 'exited', how, byOthers });
    this.#setup.onExit(this);
  }
}
