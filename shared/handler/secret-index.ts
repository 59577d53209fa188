import type { Beginnings } from './secret-forms.js';

/** A secret with its forms, and their beginnings. */
interface Begun {
  readonly beginnings: Beginnings;
  readonly written: readonly string[];
  readonly base64: readonly string[];
}

/** How the forms of secrets that begin alike go on. */
interface Continued<Secret> {
  readonly byForm: ReadonlyMap<string, Secret>;
  readonly sorted: readonly string[];
}

/**
 * Finds which of many secrets a text may hold without looking for each of them: ten thousand hosts of one batch can have as many
 * passwords, and as many rows in which each may stand.
 */
export class SecretIndex<Secret extends Begun> {
  readonly #byBeginning = new Map<string, Secret[]>();
  readonly #continued = new Map<string, Continued<Secret>>();
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

  /** The secrets of which a whole beginning stands in the text; of several that begin alike, those of which most stands there. */
  begunIn(text: string): Set<Secret> {
    const found = new Set<Secret>();
    for (let place = 0; place < text.length; place++) {
      for (const length of this.#lengths) {
        const beginning = text.slice(place, place + length);
        const alike = this.#byBeginning.get(beginning);
        for (const secret of alike ? this.#nearest(alike, beginning, text.slice(place)) : []) found.add(secret);
      }
    }
    return found;
  }

  /** A secret for each part of a beginning, of so many characters at least, that ends the text. */
  begunAtEndOf(text: string, least: number): Set<Secret> {
    const found = new Set<Secret>();
    const longest = Math.min(text.length, Math.max(0, ...this.#lengths));
    for (let length = least; length <= longest; length++) {
      const end = text.slice(-length);
      const beginning = this.#sorted[firstFrom(this.#sorted, end)] ?? '';
      const [secret] = beginning.startsWith(end) ? (this.#byBeginning.get(beginning) ?? []) : [];
      if (secret) found.add(secret);
    }
    return found;
  }

  /**
   * Of the secrets that begin alike, those that go on most like the text: in the order of their forms they stand next to it. To look
   * for each of ten thousand passwords of one pattern in each of ten thousand rows would take minutes.
   */
  #nearest(alike: readonly Secret[], beginning: string, text: string): readonly Secret[] {
    if (alike.length === 1) return alike;
    const { byForm, sorted } = this.#howGoOn(alike, beginning);
    const place = firstFrom(sorted, text);
    const nearest = [sorted[place - 1], sorted[place]].flatMap((form = '') => byForm.get(form) ?? []);
    // Where a beginning is only how one stands in a JSON text, nothing goes on like it, and one secret is as good as another.
    return nearest.length > 0 ? nearest : alike.slice(0, 1);
  }

  #howGoOn(alike: readonly Secret[], beginning: string): Continued<Secret> {
    let continued = this.#continued.get(beginning);
    if (!continued) {
      const forms = alike.flatMap((secret) =>
        [...secret.written, ...secret.base64].map((form) => [form, secret] as const),
      );
      const byForm = new Map(forms.filter(([form]) => form.startsWith(beginning)));
      continued = { byForm, sorted: [...byForm.keys()].sort() };
      this.#continued.set(beginning, continued);
    }
    return continued;
  }
}

/** Where the first of sorted texts stands that is not before a text. */
function firstFrom(sorted: readonly string[], text: string): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? '') < text) from = middle + 1;
    else to = middle;
  }
  return from;
}
