const mask = '***';

/** Longest text, most entries and deepest nesting that are worth a place in the log. */
const limits = { text: 8_192, entries: 100, depth: 8 };

/** Words of a field name that mark its value as secret, whatever the value is. */
const secretWords = new Set(
  'ak sk authorization cookie credential credentials nonce passwd password secret signature token'.split(' '),
);
const secretNames = new Set(['accesskey', 'secretkey', 'securitykey', 'privatekey', 'apikey']);

/** Blots out the secrets of one invocation. */
export interface Redactor {
  /** Makes a value known as secret from now on. */
  readonly keep: (secret: string | undefined) => void;
  /** The text with every known secret replaced by `***`. */
  readonly text: (text: string) => string;
  /** A bounded copy for the log: known secrets replaced in every text, and whatever stands under a telling name. */
  readonly copy: (fields: Readonly<Record<string, unknown>>) => Record<string, unknown>;
}

/** A redactor that knows no secret yet. Each invocation has its own, so that overlapping ones learn nothing of each other. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();

  function keep(secret: string | undefined): void {
    // Shorter than any key or token of the clouds: blotting it out would only make the log unreadable.
    if (secret === undefined || secret.length < 3) return;
    const inJson = JSON.stringify(secret).slice(1, -1);
    const inUrl = new URLSearchParams({ '': secret }).toString().slice(1);
    for (const form of [secret, inJson, inUrl]) secrets.add(form);
  }

  function text(plain: string): string {
    // Longest first, for one secret may be the beginning of another.
    const known = [...secrets].sort((one, other) => other.length - one.length);
    return known.reduce((soFar, secret) => soFar.replaceAll(secret, () => mask), plain);
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

/** True for `X-Auth-Token`, `securityToken`, `HUAWEICLOUD_SDK_SK`; false for `task_id`, `asked`. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return (
    words.some((word) => secretWords.has(word) || secretNames.has(word)) || secretNames.has(words.slice(-2).join(''))
  );
}

function shortened(text: string): string {
  return text.length <= limits.text ? text : `${text.slice(0, limits.text)}… (${text.length} characters)`;
}
