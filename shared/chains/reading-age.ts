/** What was read is shown for so long: a step that ended meanwhile is seen at its next look. Milliseconds. */
const freshMs = 4_000;

/**
 * How old a list is that was read page by page. A long one takes longer to read than a short one stays fresh, and then reading it would be
 * all that a pass does: so it counts for as long again as it took.
 */
export class ReadingAge {
  readonly #now: () => number;
  #endedAt = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  /** @param now epoch ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** True also where nothing was read yet. */
  get isTooOld(): boolean {
    return this.#now() - this.#endedAt > Math.max(freshMs, this.#tookMs);
  }

  /** Reads on; what is as old as the first page of it began with the first reading after it was too old. */
  async during(read: () => Promise<void>): Promise<void> {
    const isFirst = this.isTooOld;
    const begunAt = this.#now();
    await read();
    if (isFirst) {
      this.#endedAt = this.#now();
      this.#tookMs = this.#endedAt - begunAt;
    }
  }
}
