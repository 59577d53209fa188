import type { PoolClient, QueryResult } from 'pg';
import type { DatabaseAddress } from './database-url.js';
import { isConnectionLost, OutOfTimeError } from './pg-failure.js';
import { type PoolUse, retirePool, takePool, touchPool } from './pg-pools.js';
import { within } from './within.js';

/** What is sent at once. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  /** Under which the connection keeps its plan. */
  readonly name?: string | undefined;
}

const noListener = (): void => undefined;

/** One connection, taken out of its pool and to be given back. */
export class Lease {
  readonly #use: PoolUse;
  readonly #client: PoolClient;
  #isLost = false;

  private constructor(use: PoolUse, client: PoolClient) {
    this.#use = use;
    this.#client = client;
    // Breaking while it is taken, a connection tells the query under way; without a listener it would end the process, too.
    client.on('error', noListener);
  }

  /** @throws InvalidSettingError, OutOfTimeError, or what the server or the network said */
  static async take(address: DatabaseAddress, ms: number): Promise<Lease> {
    if (ms < 1) throw new OutOfTimeError(0);
    const use = await takePool(address);
    // What happened to the idle connections while the process stood still is told before one of them is chosen.
    if (use.pool.idleCount > 0) await new Promise(setImmediate);
    const client = await within(use.pool.connect(), ms, (late) => late.release(true));
    return new Lease(use, client);
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Sends one text and waits for its result, that of the last statement where there are several.
   * @throws OutOfTimeError, or what the server or the network said; the connection is lost then, unless the server refused
   */
  async send({ text, values, name }: Statement, ms: number): Promise<QueryResult> {
    try {
      const sent = this.#client.query({
        text,
        ...(values ? { values: [...values] } : {}),
        ...(name !== undefined && this.#use.keepsPlans ? { name } : {}),
      });
      const result: QueryResult | QueryResult[] = await within(sent, ms);
      const last = Array.isArray(result) ? result.at(-1) : result;
      return last ?? { rows: [], command: '', rowCount: 0, oid: 0, fields: [] };
    } catch (failure) {
      if (isConnectionLost(failure)) this.#isLost = true;
      throw failure;
    }
  }

  /** A lost connection is closed, and its fellows are not trusted either. */
  giveBack(): void {
    this.#client.release(this.#isLost);
    // Its end may still bring an error; the pool's own listener takes the errors of those that stay.
    if (!this.#isLost) this.#client.off('error', noListener);
    if (this.#isLost) retirePool(this.#use);
    touchPool(this.#use);
  }
}
