import { boundedCopy, cutMark, type Fields, mask } from './log-fields.js';
import { type Beginnings, base64Forms, beginningsOf, writtenForms } from './secret-forms.js';
import { SecretIndex } from './secret-index.js';

/** Shorter than any key or token of the clouds: blotting it out would only make the log unreadable. */
const shortestSecret = 3;
/** So much of the beginning of a secret stands nowhere by chance: the rest of it was cut off, and nobody marked the cut. */
const tellingBeginning = 12;
/** Characters of base64, of either alphabet, in a row: as many as tell a secret, and as many as the shortest that is sought there has. */
const tellingRun = /[\w+/-]{12}/;
const shortRun = /[\w+/-]{8}/;
/** Nobody cuts a text shorter than that without a mark, so that a shorter one holds a secret whole or not at all. */
const shortestCutText = 64;
/** A shorter beginning of a secret tells nothing, and stands before a marked cut by chance. */
const shortestBeginning = 4;
/** So many secrets are looked for one by one; more of them by an index, which is dear to make. */
const mostWithoutIndex = 50;

/** A secret, and how it may look, as far as that was needed yet. */
class KnownSecret {
  readonly secret: string;
  #written: readonly string[] | undefined;
  #base64: readonly string[] | undefined;
  #beginnings: Beginnings | undefined;

  constructor(secret: string) {
    this.secret = secret;
  }

  get written(): readonly string[] {
    this.#written ??= writtenForms(this.secret);
    return this.#written;
  }

  get base64(): readonly string[] {
    this.#base64 ??= base64Forms(this.secret);
    return this.#base64;
  }

  get beginnings(): Beginnings {
    this.#beginnings ??= beginningsOf(this.secret, tellingBeginning);
    return this.#beginnings;
  }
}

/** Blots out the secrets of one invocation. */
export interface Redactor {
  /** Makes a value known as secret from now on. */
  readonly keep: (secret: string | undefined) => void;
  /** The text with every known secret replaced by `***`, also in its usual encodings and where the text was cut inside it. */
  readonly text: (text: string) => string;
  /**
   * A log line: a bounded copy of the records as one JSON text, known secrets replaced in every text, and whatever stands under a
   * telling name. Of a field that more than one of the records has, the first one counts.
   */
  readonly line: (...records: readonly Fields[]) => string;
}

/** A redactor that knows no secret yet. Each invocation has its own, so that overlapping ones learn nothing of each other. */
export function createRedactor(): Redactor {
  const secrets = new Map<string, KnownSecret>();
  let index: SecretIndex<KnownSecret> | undefined;
  let shortestKept = Number.POSITIVE_INFINITY;

  function keep(secret: string | undefined): void {
    if (secret === undefined || secret.length < shortestSecret || secrets.has(secret)) return;
    secrets.set(secret, new KnownSecret(secret));
    index = undefined;
    shortestKept = Math.min(shortestKept, secret.length);
  }

  /** All secrets that may be in a text, whole or begun, and where they are few the others too. */
  function candidatesFor(text: string, wasCut: boolean): Iterable<KnownSecret> {
    if (secrets.size <= mostWithoutIndex) return secrets.values();
    index ??= new SecretIndex([...secrets.values()]);
    const found = index.begunIn(text);
    if (!wasCut) return found;
    for (const part of text.split(cutMark).slice(0, -1)) {
      for (const known of index.begunAtEndOf(part, shortestBeginning)) found.add(known);
    }
    return found;
  }

  /** Makes only the forms that the text is long enough to hold: nearly every text of a log is shorter than a key. */
  function formsFor(text: string, wasCut: boolean): string[] {
    const forms: string[] = [];
    const mayBeCut = wasCut || text.length >= shortestCutText;
    for (const known of candidatesFor(text, wasCut)) {
      const { secret } = known;
      if (!mayBeCut && isTooShortFor(secret, text)) continue;
      forms.push(...known.written);
      const run = mayBeCut ? tellingRun : new RegExp(`[\\w+/-]{${secret.length}}`);
      if (!wasCut && !run.test(text)) continue;
      forms.push(...known.base64);
    }
    // Longest first, for one secret may be the beginning of another.
    return forms.sort((one, other) => other.length - one.length);
  }

  /**
   * Whether any of {@link formsFor} may be there, whole or by its telling beginning: every form that is there begins with its
   * own beginning. Looking for those alone makes, sorts and replaces nothing; a log line with its redaction took a fifth of
   * the function's own time in a warm call before, and a tenth of what is less since.
   */
  function mayHold(text: string, inLine = false): boolean {
    const mayBeCut = text.length >= shortestCutText;
    let mayBeBase64: boolean | undefined;
    for (const known of candidatesFor(text, false)) {
      if (!mayBeCut && isTooShortFor(known.secret, text)) continue;
      const { written, writtenInJson, base64 } = known.beginnings;
      if ((inLine ? writtenInJson : written).some((beginning) => text.includes(beginning))) return true;
      mayBeBase64 ??= (mayBeCut ? tellingRun : shortRun).test(text);
      if (mayBeBase64 && base64.some((beginning) => text.includes(beginning))) return true;
    }
    return false;
  }

  function text(plain: string): string {
    const wasCut = plain.includes(cutMark);
    // Nearly every text of a log line ends here or at the next line; see isTooShortFor for the half.
    if (!wasCut && plain.length < shortestCutText && plain.length < shortestKept / 2) return plain;
    if (!wasCut && !mayHold(plain)) return plain;
    const forms = formsFor(plain, wasCut);
    const whole = forms.reduce((soFar, form) => soFar.replaceAll(form, () => mask), plain);
    const blotted = withoutTellingBeginnings(whole, forms);
    return wasCut ? withoutBeginnings(blotted, forms) : blotted;
  }

  /**
   * Nearly no line holds a secret, and looking once into the whole line is cheaper than looking into each text of it: what the line does
   * not hold, none of them holds. Only where it may, or where something was cut, is each looked at for itself.
   */
  function line(...records: readonly Fields[]): string {
    const plain = JSON.stringify(boundedCopy(records, (each) => each));
    if (!plain.includes(cutMark) && !mayHold(plain, true)) return plain;
    return JSON.stringify(boundedCopy(records, text));
  }

  return { keep, text, line };
}

/** Only the form in one line can be shorter than the secret, by no more than its line breaks. */
function isTooShortFor(secret: string, text: string): boolean {
  return text.length < secret.length / 2;
}

/** Blots out what begins like a long secret: more than its beginning, as far as the text goes on like any of its forms. */
function withoutTellingBeginnings(text: string, forms: readonly string[]): string {
  let soFar = text;
  for (const form of forms) {
    if (form.length <= tellingBeginning) continue;
    const beginning = form.slice(0, tellingBeginning);
    for (let place = soFar.indexOf(beginning); place !== -1; place = soFar.indexOf(beginning, place + mask.length)) {
      const length = Math.max(...forms.map((each) => commonLength(soFar, place, each)));
      soFar = soFar.slice(0, place) + mask + soFar.slice(place + length);
    }
  }
  return soFar;
}

/** How many characters of the form stand in the text from that place on. */
function commonLength(text: string, place: number, form: string): number {
  let length = 0;
  while (length < form.length && text[place + length] === form[length]) length++;
  return length;
}

/** Blots out what is left of a secret where a text was cut inside it and the cut is marked. */
function withoutBeginnings(text: string, forms: readonly string[]): string {
  const parts = text.split(cutMark);
  const last = parts.pop() ?? '';
  return [...parts.map((part) => withoutBeginning(part, forms)), last].join(cutMark);
}

function withoutBeginning(part: string, forms: readonly string[]): string {
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, part.length); length >= shortestBeginning; length--) {
      if (part.endsWith(form.slice(0, length))) return part.slice(0, -length) + mask;
    }
  }
  return part;
}
