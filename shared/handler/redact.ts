import { base64Forms, writtenForms } from './secret-forms.js';

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

/** How one secret may look, as far as it was needed yet. */
interface KnownForms {
  written?: readonly string[];
  base64?: readonly string[];
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
  const secrets = new Map<string, KnownForms>();
  let shortestKept = Number.POSITIVE_INFINITY;

  function keep(secret: string | undefined): void {
    if (secret === undefined || secret.length < shortestSecret || secrets.has(secret)) return;
    secrets.set(secret, {});
    shortestKept = Math.min(shortestKept, secret.length);
  }

  /** Makes only the forms that the text is long enough to hold: nearly every text of a log is shorter than a key. */
  function formsFor(text: string, wasCut: boolean): string[] {
    const forms: string[] = [];
    const mayBeCut = wasCut || text.length >= shortestCutText;
    for (const [secret, known] of secrets) {
      // Only the form in one line can be shorter than the secret, by no more than its line breaks.
      if (!mayBeCut && text.length < secret.length / 2) continue;
      known.written ??= writtenForms(secret);
      forms.push(...known.written);
      if (!wasCut && !hasRun(text, mayBeCut ? tellingBeginning : secret.length)) continue;
      known.base64 ??= base64Forms(secret);
      forms.push(...known.base64);
    }
    // Longest first, for one secret may be the beginning of another.
    return forms.sort((one, other) => other.length - one.length);
  }

  function text(plain: string): string {
    const wasCut = plain.includes(cutMark);
    // Nearly every text of a log line ends here; see formsFor for the half.
    if (!wasCut && plain.length < shortestCutText && plain.length < shortestKept / 2) return plain;
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
    const entries = Object.entries(fields).slice(0, limits.entries);
    return Object.fromEntries(
      entries.map(([name, entry]) => [shortened(text(name)), isSecretName(name) ? mask : copyValue(entry, depth + 1)]),
    );
  }

  return { keep, text, copy: (fields) => copyFields(fields, 0) };
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

/** Whether so many characters of base64 stand in a row. */
function hasRun(text: string, length: number): boolean {
  if (text.length < length) return false;
  return text.split(/[^A-Za-z0-9+/_-]+/).some((run) => run.length >= length);
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
