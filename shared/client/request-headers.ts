/** What nearly every value consists of; a class of Unicode costs the first call a tenth of a millisecond. */
const plainValue = /^[\t\x20-\x7e]*$/;
/** The controls of ASCII but for the tab, and halves of surrogate pairs: HTTP carries neither. */
const forbiddenInValue = /[^\P{Cc}\t\x80-\x9f]|\p{Cs}/u;

/**
 * The headers of one request, one per name whatever its spelling, in the order they came. Values are trimmed of the blanks
 * that the HTTP layer removes, so that what is signed is what arrives; inner blanks stay (signing guide).
 */
export class RequestHeaders {
  readonly #byName = new Map<string, { readonly name: string; readonly value: string }>();

  /** @throws TypeError for a name or value that cannot stand in a request, and for one name given in two spellings */
  constructor(given: Readonly<Record<string, string | undefined>> = {}) {
    // A Headers, a Map or a list has entries that are no fields: without a word they would be neither signed nor sent.
    if (Symbol.iterator in given) throw new TypeError('headers: must be an object with a field per header');
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined) continue;
      if (this.#byName.has(name.toLowerCase())) throw new TypeError(`headers: ${name} is given twice`);
      this.set(name, value);
    }
  }

  get(lowerCaseName: string): string | undefined {
    return this.#byName.get(lowerCaseName)?.value;
  }

  /** Puts the header in place of one of the same name in any spelling. */
  set(name: string, value: string): void {
    if (!/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(name))
      throw new TypeError('headers: a name holds a forbidden character');
    if (typeof value !== 'string') throw new TypeError(`headers: the value of ${name} is not a string`);
    if (!plainValue.test(value) && forbiddenInValue.test(value)) {
      throw new TypeError(
        `headers: the value of ${name} holds a line break, another control character or half a character`,
      );
    }
    this.#byName.set(name.toLowerCase(), { name, value: trimBlanks(value) });
  }

  delete(lowerCaseName: string): void {
    this.#byName.delete(lowerCaseName);
  }

  /** With the names as they were written. */
  toRecord(): Record<string, string> {
    const record: Record<string, string> = {};
    for (const { name, value } of this.#byName.values()) record[name] = value;
    return record;
  }
}

function trimBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start += 1;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end -= 1;
  return value.slice(start, end);
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}
