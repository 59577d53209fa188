import type { CloudClient } from '../client/cloud-client.js';
import type { OperationContext } from '../operations/operation.js';
import type { Database } from '../store/database.js';

type ReadyParts = Pick<OperationContext, 'region' | 'setting' | 'log' | 'timer'> & {
  readonly remainingMs: () => number;
};
interface LazyParts {
  readonly openCloud: () => CloudClient;
  readonly openDatabase: () => Database | undefined;
  readonly urn: () => string | undefined;
}

/**
 * The context of one operation; client and database are made where they are asked for. A class, because V8 makes a new shape for each
 * object literal with getters: every look into such an object is a slow one, and only a full collection frees what it holds.
 */
export class LazyContext implements OperationContext {
  readonly region;
  readonly setting;
  readonly log;
  readonly remainingMs;
  readonly timer;
  readonly #parts: LazyParts;
  #cloud: CloudClient | undefined;
  #database: Database | undefined;

  constructor(parts: ReadyParts & LazyParts) {
    this.region = parts.region;
    this.setting = parts.setting;
    this.log = parts.log;
    this.remainingMs = parts.remainingMs;
    this.timer = parts.timer;
    this.#parts = parts;
  }

  get cloud(): CloudClient {
    this.#cloud ??= this.#parts.openCloud();
    return this.#cloud;
  }

  get database(): Database | undefined {
    this.#database ??= this.#parts.openDatabase();
    return this.#database;
  }

  get functionUrn(): string | undefined {
    return this.#parts.urn();
  }

  /** Whether the client was made, and so perhaps called. */
  get reachedCloud(): boolean {
    return this.#cloud !== undefined;
  }
}
