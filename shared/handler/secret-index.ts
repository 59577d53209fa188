import type { Beginnings } from './secret-forms.js';

/** A secret with the beginnings of its forms. */
interface Begun {
  readonly beginnings: Beginnings;
}

/**
 * Finds which of many secrets a text may hold without looking for each of them: ten thousand hosts of one batch can have as many
 * passwords, and as many rows in which each may stand.
 */
export class SecretIndex<Secret extends Begun> {
  readonly #byBeginning = new Map<string, Secret[]>();
  readonly #lengths: readonly number[];
  readonly #sorted: readonly string[];

  constructor(secrets: readonly Secret[]) {
    for (const secret of secrets) this.#add(secret);
    this.#sorted = [...this.#byBeginning.keys()].sort();
    this.#lengths = [...new Set(this.#sorted.map((beginning) => beginning.length))];
  }

  #add(secret: Secret): void {
    const { written, writtenInJson, base64 } = secret.beginnings;
    for (const beginning of new Set([...written, ...writtenInJson, ...base64])) {
      const alike = this.#byBeginning.get(beginning);
      if (alike) alike.push(secret);
      else this.#byBeginning.set(beginning, [secret]);
    }
  }

  /** The secrets of which a whole beginning stands in the text. */
  begunIn(text: string): Set<Secret> {
    const found = new Set<Secret>();
    for (let place = 0; place < text.length; place++) {
      for (const length of this.#lengths) {
        for (const secret of this.#byBeginning.get(text.slice(place, place + length)) ?? []) found.add(secret);
      }
    }
    return found;
  }

  /** The secrets of which a part of a beginning, of so many characters at least, ends the text. */
  begunAtEndOf(text: string, least: number): Set<Secret> {
    const found = new Set<Secret>();
    const longest = Math.min(text.length, Math.max(0, ...this.#lengths));
    for (let length = least; length <= longest; length++) {
      const end = text.slice(-length);
      for (let at = this.#firstFrom(end); this.#sorted[at]?.startsWith(end); at++) {
        for (const secret of this.#byBeginning.get(this.#sorted[at] ?? '') ?? []) found.add(secret);
      }
    }
    return found;
  }

  /** Where the first beginning stands that is not before a text. */
  #firstFrom(text: string): number {
    let from = 0;
    let to = this.#sorted.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#sorted[middle] ?? '') < text) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
