import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { ServiceFunction } from '../../serverless/service-file.js';
import { type Deployment, type DeploySetup, deploy } from './deploy.js';
import type { CodeFiles, StagedCode } from './stage-code.js';

/**
 * The functions that this platform has at the moment. Each change takes effect with the next invocation: those under way
 * end on the code and the settings that they began with, and their instances and code go when they have ended.
 */
export class FunctionRegistry {
  readonly #setup: DeploySetup;
  readonly #current = new Map<string, Deployment>();
  readonly #leaving = new Set<Deployment>();

  constructor(setup: DeploySetup) {
    this.#setup = setup;
  }

  /** By name, in the order in which they were created. */
  get deployments(): ReadonlyMap<string, Deployment> {
    return this.#current;
  }

  get functions(): ServiceFunction[] {
    return [...this.#current.values()].map(({ fn }) => fn);
  }

  /**
   * Creates a function or changes it. Without `code` it keeps the code that it has; other triggers alone leave its instances
   * as they are.
   * @throws Error for a new function without code, or code that cannot be written; nothing is changed then
   */
  put(fn: ServiceFunction, code?: CodeFiles): void {
    const before = this.#current.get(fn.name);
    if (before && !code && isDeepStrictEqual(withoutTriggers(before.fn), withoutTriggers(fn))) {
      this.#current.set(fn.name, { ...before, fn });
      return;
    }
    this.#current.set(fn.name, deploy(fn, this.#codeFor(fn.name, code), this.#setup));
    if (before) this.#retire(before);
  }

  /** False where there is no such function. */
  remove(name: string): boolean {
    const before = this.#current.get(name);
    if (!before) return false;
    this.#current.delete(name);
    this.#retire(before);
    return true;
  }

  /** Ends every instance now. */
  close(): void {
    for (const deployment of [...this.#current.values(), ...this.#leaving]) deployment.close();
  }

  #codeFor(name: string, code: CodeFiles | undefined): StagedCode {
    const { stage, debugged } = this.#setup;
    const shown = code && debugged?.functionName === name ? withSourceMap(code, debugged.sourceMap) : code;
    const kept = shown ? stage.add(name, shown) : this.#current.get(name)?.code;
    if (!kept) throw new Error(`${name} has no code.`);
    return kept;
  }

  #retire(deployment: Deployment): void {
    this.#leaving.add(deployment);
    void deployment.retire().then(() => {
      this.#leaving.delete(deployment);
      const inUse = [...this.#current.values(), ...this.#leaving].some(({ code }) => code === deployment.code);
      if (!inUse) deployment.code.remove();
    });
  }
}

function withoutTriggers(fn: ServiceFunction): ServiceFunction {
  return { ...fn, routes: [], timers: [] };
}

/** Bundles carry no address of their source map; a debugger finds the sources by one. */
function withSourceMap(code: CodeFiles, sourceMap: string): CodeFiles {
  const file = code['index.js'];
  if (!file) return code;
  const address = Buffer.from(`\n//# sourceMappingURL=${pathToFileURL(sourceMap)}\n`);
  return { ...code, 'index.js': Buffer.concat([file, address]) };
}
