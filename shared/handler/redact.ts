import { base64Beginnings, base64Forms, writtenForms } from './secret-forms.js';

const mask = '***';
/** What the client and this file put where they cut a text. */
const cutMark = '…';

/** Longest text, most entries and deepest nesting that are worth a place in the log. */
const limits = { text: 8_192, entries: 100, depth: 8 };
/** Shorter than any key or token of the clouds: blotting it out would only make the log unreadable. */
const shortestSecret = 3;
/** So much of the beginning of a secret stands nowhere by chance: the rest of it was cut off, and nobody marked the cut. */
const tellingBeginning = 12;
/** Nobody cuts a text shorter than that without a mark, so that a shorter one holds a secret whole or not at all. */
const shortestCutText = 64;
/** A shorter beginning of a secret tells nothing, and stands before a marked cut by chance. */
const shortestBeginning = 4;

/** Words of a field name that mark its value as secret, whatever the value is. */
const secretWords = new Set(
  'ak sk authorization cookie credential credentials nonce passwd password secret signature token'.split(' '),
);
const secretNames = new Set(['accesskey', 'secretkey', 'securitykey', 'privatekey', 'apikey']);

/** A secret, and how it may look, as far as that was needed yet. */
interface KnownSecret {
  readonly secret: string;
  written?: readonly string[];
  base64?: readonly string[];
  base64Beginnings?: readonly string[];
}

/** Blots out the secrets of one invocation. */
export interface Redactor {
  /** Makes a value known as secret from now on. */
  readonly keep: (secret: string | undefined) => void;
  /** The text with every known secret replaced by `***`, also in its usual encodings and where the text was cut inside it. */
  readonly text: (text: string) => string;
  /** A bounded copy for the log: known secrets replaced in every text, and whatever stands under a telling name. */
  readonly copy: (fields: Readonly<Record<string, unknown>>) => Record<string, unknown>;
}

/** A redactor that knows no secret yet. Each invocation has its own, so that overlapping ones learn nothing of each other. */
export function createRedactor(): Redactor {
  const secrets: KnownSecret[] = [];
  let shortestKept = Number.POSITIVE_INFINITY;

  function keep(secret: string | undefined): void {
    if (secret === undefined || secret.length < shortestSecret || secrets.some((known) => known.secret === secret))
      return;
    secrets.push({ secret });
    shortestKept = Math.min(shortestKept, secret.length);
  }

  /** Makes only the forms that the text is long enough to hold: nearly every text of a log is shorter than a key. */
  function formsFor(text: string, wasCut: boolean): string[] {
    const forms: string[] = [];
    const mayBeCut = wasCut || text.length >= shortestCutText;
    for (const known of secrets) {
      const { secret } = known;
      if (!mayBeCut && isTooShortFor(secret, text)) continue;
      known.written ??= writtenForms(secret);
      forms.push(...known.written);
      if (!wasCut && longestRun(text) < (mayBeCut ? tellingBeginning : secret.length)) continue;
      known.base64 ??= base64Forms(secret);
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
  function mayHold(text: string): boolean {
    const mayBeCut = text.length >= shortestCutText;
    let run: number | undefined;
    for (const known of secrets) {
      const { secret } = known;
      if (!mayBeCut && isTooShortFor(secret, text)) continue;
      known.written ??= writtenForms(secret);
      if (known.written.some((form) => text.includes(form.slice(0, tellingBeginning)))) return true;
      run ??= longestRun(text);
      if (run < (mayBeCut ? tellingBeginning : secret.length)) continue;
      known.base64Beginnings ??= base64Beginnings(secret, tellingBeginning);
      if (known.base64Beginnings.some((beginning) => text.includes(beginning))) return true;
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

  function copyValue(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return shortened(text(value));
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= limits.depth) return '…';
    if (value instanceof Date) return value;
    if (value instanceof Error) return copyFields({ name: value.name, message: value.message }, depth);
    if (Array.isArray(value)) return value.slice(0, limits.entries).map((entry) => copyValue(entry, depth + 1));
    return copyFields(value, depth);
  }

  function copyFields(fields: object, depth: number): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    let left = limits.entries;
    for (const [name, entry] of Object.entries(fields)) {
      if (left-- === 0) break;
      put(copy, shortened(text(name)), isSecretName(name) ? mask : copyValue(entry, depth + 1));
    }
    return copy;
  }

  return { keep, text, copy: (fields) => copyFields(fields, 0) };
}

/** Only the form in one line can be shorter than the secret, by no more than its line breaks. */
function isTooShortFor(secret: string, text: string): boolean {
  return text.length < secret.length / 2;
}

/** Sets a field of a record, also one that is called `__proto__`. */
export function put(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') record[name] = value;
  else Object.defineProperty(record, name, { value, configurable: true, enumerable: true, writable: true });
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

/** The most characters of base64, of either alphabet, that stand in a row. */
function longestRun(text: string): number {
  let longest = 0;
  let run = 0;
  for (let place = 0; place < text.length; place++) {
    run = isOfBase64(text.charCodeAt(place)) ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}

/** A-Z, a-z, 0-9 and + / _ - by their codes. */
function isOfBase64(code: number): boolean {
  if (code >= 97) return code <= 122;
  if (code >= 65) return code <= 90 || code === 95;
  return code >= 47 ? code <= 57 : code === 43 || code === 45;
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

/** The names in the log of a function are few and always the same; a hostile input's are not, hence the bound. */
const judgedNames = new Map<string, boolean>();
const mostJudgedNames = 500;

/** True for `X-Auth-Token`, `securityToken`, `HUAWEICLOUD_SDK_SK`; false for `task_id`, `asked`. */
export function isSecretName(name: string): boolean {
  const known = judgedNames.get(name);
  if (known !== undefined) return known;
  const judged = judge(name);
  if (judgedNames.size < mostJudgedNames && name.length <= 64) judgedNames.set(name, judged);
  return judged;
}

function judge(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return (
    words.some((word) => secretWords.has(word) || secretNames.has(word)) || secretNames.has(words.slice(-2).join(''))
  );
}

function shortened(text: string): string {
  return text.length <= limits.text ? text : `${text.slice(0, limits.text)}${cutMark} (${text.length} characters)`;
}
