import { createHash } from 'node:crypto';
import { inspect } from 'node:util';

/** Text that looks random and is the same in each run, so that no part of it stands anywhere by chance. */
function noise(name: string, length: number): string {
  let text = '';
  for (let round = 0; text.length < length; round++)
    text += createHash('sha512').update(`${name}${round}`).digest('base64');
  return text.slice(0, length);
}

const alphanumeric = (name: string, length: number) =>
  noise(name, length * 2)
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, length);

/** Every secret that goes through a function, each with the characters that make it hard to find again. */
export const secrets = {
  ak: alphanumeric('ak', 20).toUpperCase(),
  sk: alphanumeric('sk', 40),
  securityToken: `${noise('security token', 2_000)}==`,
  settingsAk: alphanumeric('settings ak', 20).toUpperCase(),
  settingsSk: `${noise('settings sk', 38)}+/`,
  agencyToken: `MII${noise('agency token', 1_500)}`,
  iamToken: `MII${noise('iam token', 1_500)}`,
  iamPassword: `${alphanumeric('iam', 6)}"\\/ +&%${alphanumeric('iam end', 16)}ü`,
  pushToken: alphanumeric('push', 32),
  secondPushToken: alphanumeric('second push', 24),
  hostPassword: `${alphanumeric('host', 8)}"<&\\${alphanumeric('host end', 20)}`,
  hostKey: `${noise('host key', 64)}\r\n${noise('host key 2', 64)}\r\n${noise('host key 3', 1_700)}`,
} as const;

const windowLength = 12;

/** The secret in its usual encodings; written apart from the function's own list, and on purpose more simply. */
function encodings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = ['', '#', '##'].map((before) => Buffer.from(`${before}${secret}`).toString('base64').slice(4, -4));
  return [secret, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(secret), ...base64].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}

/** Parts of every encoding of every secret: where one of them stands, enough of a secret is left to matter. */
const telltales = Object.entries(secrets).flatMap(([name, secret]) => {
  const parts = encodings(secret).flatMap((form) => {
    const starts = Array.from({ length: Math.max(0, form.length - windowLength) + 1 }, (_, start) => start);
    // Close together where a text would be cut, wider apart in the rest of a long token.
    const looked = starts.filter((start) => start % (start < 100 ? 4 : 40) === 0);
    return looked
      .map((start) => form.slice(start, start + windowLength))
      .filter((part) => part.length === windowLength);
  });
  return [...new Set(parts)].map((part) => ({ name, part }));
});

export type SecretName = keyof typeof secrets;

/** The names of the secrets of which something stands in the text, but for those that the function was never given. */
export function secretsIn(text: string, neverGiven: readonly SecretName[] = []): string[] {
  const found = telltales.filter(({ part }) => text.includes(part)).map(({ name }) => name);
  return [...new Set(found)].filter((name) => !neverGiven.some((each) => each === name));
}

/** Everything that a log, a debugger or a caller could make of a value: an error with its causes, a result, a response. */
export function everythingOf(value: unknown): string {
  const layers: unknown[] = [];
  for (let layer = value, depth = 0; layer instanceof Error && depth < 10; layer = layer.cause, depth++) {
    layers.push(
      layer.name,
      layer.message,
      layer.stack,
      String(layer),
      JSON.stringify(layer, Object.getOwnPropertyNames(layer)),
    );
  }
  return [
    ...layers,
    inspect(value, { depth: null, showHidden: true, maxStringLength: null }),
    JSON.stringify(value),
  ].join('\n');
}

/** What a far side could send back of what it was sent, and of what it should never have been sent. */
export function echoes(request: { readonly headers: object; readonly body: unknown }): Record<string, string> {
  const all = Object.values(secrets).join(' ');
  const gateway = `verify aksk signature fail, canonicalRequest:POST|/v1/||x-security-token:${secrets.securityToken}||${JSON.stringify(request.headers)}`;
  return {
    plain: all,
    'the request': JSON.stringify({ ...request.headers, body: request.body }),
    'the canonical request of the gateway': gateway,
    'a cut in the middle of a secret': `${'x'.repeat(940)}${secrets.hostPassword}${secrets.hostKey}`,
    'a short field cut in the middle': `${'x'.repeat(60)}${secrets.hostKey}`,
    'in a URL': encodeURIComponent(all),
    'in base64': Buffer.from(JSON.stringify({ ...secrets })).toString('base64'),
    'base64 of each': Object.values(secrets)
      .map((secret) => Buffer.from(secret).toString('base64url'))
      .join(' '),
    'JSON in JSON': JSON.stringify(JSON.stringify(Object.values(secrets))),
  };
}
