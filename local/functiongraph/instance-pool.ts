import type { Clock } from './clock.js';
import type { Instance } from './instance.js';

export interface PoolSetup {
  readonly create: (onExit: (instance: Instance) => void) => Instance;
  readonly most: number;
  /** In ms. */
  readonly idleMs: number;
  readonly clock: Clock;
}

/**
 * The instances of one function: a warm one is used again, load adds more up to the limit, beyond it invocations wait in
 * the order they came. An instance that ended is replaced by the next invocation that needs one.
 */
export class InstancePool {
  readonly #setup: PoolSetup;
  readonly #all = new Set<Instance>();
  readonly #idle: { instance: Instance; stopWaiting: () => void }[] = [];
  readonly #waiting: ((instance: Instance | undefined) => void)[] = [];
  #prepared: Instance | undefined;
  #closed = false;

  constructor(setup: PoolSetup) {
    this.#setup = setup;
  }

  get size(): { readonly idle: number; readonly busy: number; readonly waiting: number } {
    const idle = this.#idle.length;
    return { idle, busy: this.#all.size - idle, waiting: this.#waiting.length };
  }

  /** Begins an instance before the first invocation needs it, so that a debugger finds one. */
  prepare(): void {
    if (!this.#closed && this.#all.size === 0) this.#prepared = this.#create();
  }

  /** An instance for one invocation: `cold` where it has yet to be started. Undefined after the pool was closed. */
  async acquire(): Promise<{ instance: Instance; cold: boolean } | undefined> {
    if (this.#closed) return undefined;
    // The most recently used one first: the others then have a chance to become idle for good.
    const parked = this.#idle.pop();
    if (parked) {
      parked.stopWaiting();
      parked.instance.thaw();
      return { instance: parked.instance, cold: false };
    }
    const prepared = this.#prepared;
    this.#prepared = undefined;
    if (prepared) return { instance: prepared, cold: true };
    if (this.#all.size < this.#setup.most) return { instance: this.#create(), cold: true };
    const handedOver = await new Promise<Instance | undefined>((resolve) => this.#waiting.push(resolve));
    return handedOver ? { instance: handedOver, cold: false } : this.acquire();
  }

  /** Takes an instance back after its invocation, and freezes it where nothing else waits for it. */
  release(instance: Instance): void {
    if (!instance.alive || this.#closed) return;
    const next = this.#waiting.shift();
    if (next) {
      next(instance);
      return;
    }
    const stopWaiting = this.#setup.clock.after(this.#setup.idleMs, () => {
      this.#unpark(instance);
      instance.kill();
    });
    instance.freeze();
    this.#idle.push({ instance, stopWaiting });
  }

  /** Ends every instance; invocations under way end with them. */
  close(): void {
    this.#closed = true;
    for (const parked of this.#idle) parked.stopWaiting();
    for (const instance of this.#all) instance.kill();
    for (const next of this.#waiting.splice(0)) next(undefined);
  }

  #create(): Instance {
    const instance = this.#setup.create((ended) => this.#forget(ended));
    this.#all.add(instance);
    return instance;
  }

  #forget(ended: Instance): void {
    this.#all.delete(ended);
    if (this.#prepared === ended) this.#prepared = undefined;
    this.#unpark(ended);
    // Its place is free: the first that waits may start a new one.
    this.#waiting.shift()?.(undefined);
  }

  #unpark(instance: Instance): void {
    const at = this.#idle.findIndex((parked) => parked.instance === instance);
    for (const parked of at < 0 ? [] : this.#idle.splice(at, 1)) parked.stopWaiting();
  }
}
