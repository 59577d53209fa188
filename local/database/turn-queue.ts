import type { PGlite } from '@electric-sql/pglite';

/** One message of a client, waiting for its turn. */
interface Waiting {
  readonly client: number;
  readonly message: Uint8Array;
  readonly onData: (data: Uint8Array) => void;
  readonly resolve: (bytes: number) => void;
  readonly reject: (error: Error) => void;
}

/** `ReadyForQuery` with its length, and the mark of a session that is in no transaction (PostgreSQL wire protocol). */
const readyAndIdle = Buffer.from('Z\0\0\0\u0005I', 'latin1');
const syncMessage = Uint8Array.of(0x53, 0, 0, 0, 4);

/**
 * Lets the clients of one PGlite take turns: who has begun keeps the turn until the database is ready again and outside of a
 * transaction. PGlite is one session, so that two clients whose messages alternate would run each other's statements, and work in
 * each other's transactions. (The queue of pglite-socket only keeps transactions apart: a statement that arrives in two pieces,
 * because its values are long, can be overtaken between them.)
 */
export class TurnQueue {
  readonly #db: PGlite;
  #waiting: Waiting[] = [];
  /** Who has the turn; undefined between two turns. */
  #turn: number | undefined;
  #isBusy = false;

  constructor(db: PGlite) {
    this.#db = db;
  }

  /** Runs one message in its turn. @returns how many bytes the database answered */
  enqueue(client: number, message: Uint8Array, onData: (data: Uint8Array) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ client, message, onData, resolve, reject });
      void this.#work();
    });
  }

  clearQueueForHandler(client: number): void {
    const gone = this.#waiting.filter((entry) => entry.client === client);
    this.#waiting = this.#waiting.filter((entry) => entry.client !== client);
    for (const { reject } of gone) reject(new Error('the client is gone'));
  }

  /** Ends the turn of a client that left in the midst of it; what it had begun is rolled back. */
  async clearTransactionIfNeeded(client: number): Promise<void> {
    if (this.#turn !== client) return;
    // With the database closed meanwhile there is nothing left to end, and PGlite would break on it.
    await this.#db.runExclusive(async () => {
      if (!this.#db.closed) await this.#db.execProtocolRaw(syncMessage);
    });
    if (this.#db.closed) return;
    if (this.#db.isInTransaction()) await this.#db.exec('ROLLBACK');
    this.#turn = undefined;
    void this.#work();
  }

  getQueueLength(): number {
    return this.#waiting.length;
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let next = this.#takeNext(); next; next = this.#takeNext()) {
      this.#turn = next.client;
      await this.#run(next);
    }
    this.#isBusy = false;
  }

  #takeNext(): Waiting | undefined {
    const index = this.#turn === undefined ? 0 : this.#waiting.findIndex(({ client }) => client === this.#turn);
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  async #run({ client, message, onData, resolve, reject }: Waiting): Promise<void> {
    let bytes = 0;
    let end = Buffer.alloc(0);
    try {
      await this.#db.runExclusive(() =>
        this.#db.execProtocolRawStream(message, {
          onRawData: (data) => {
            bytes += data.length;
            end = Buffer.concat([end, data]).subarray(-readyAndIdle.length);
            onData(data);
          },
        }),
      );
      resolve(bytes);
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
    if (end.equals(readyAndIdle) && this.#turn === client) this.#turn = undefined;
  }
}
