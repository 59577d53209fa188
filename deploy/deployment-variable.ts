/**
 * What a deployment has to remember lies in a plain variable of the function itself, because that is what the API gives back whole and changes
 * together with the other variables: whose function it is, which code it got (only where the platform's `digest` is not the SHA-512 that its page
 * promises), and a fingerprint of each encrypted variable, which cannot be read back.
 */
export const deploymentVariable = 'FLEETBATCH_DEPLOYMENT';

export interface Deployment {
  readonly service: string;
  readonly stage: string;
  /** SHA-256 of the zip that was sent, and what the platform called it: the first 32 digits of each, see {@link shortDigest}. */
  readonly code?: { readonly sha256: string; readonly digest: string };
  /** Name of each encrypted variable that is set, and its fingerprint; '' where it cannot be compared. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** 128 bits are plenty to tell two codes apart, and characters are scarce. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 32);
}

/** As short as it can be: all variables of a function share 4,096 characters. */
export function writeDeployment({ service, stage, code, secrets }: Deployment): string {
  const pairs = Object.entries(secrets).map(([name, print]) => `${encodeURIComponent(name)}:${print}`);
  return [
    'v1',
    `${encodeURIComponent(service)}/${encodeURIComponent(stage)}`,
    ...(code ? [`code=${code.sha256}:${code.digest}`] : []),
    ...(pairs.length > 0 ? [`secrets=${pairs.sort().join(',')}`] : []),
  ].join(' ');
}

/** Undefined for anything that no deployment of this project has written. */
export function readDeployment(text: string | undefined): Deployment | undefined {
  const [version, owner = '', ...rest] = (text ?? '').split(' ');
  const [service = '', stage = ''] = owner.split('/').map(decode);
  if (version !== 'v1' || service === '' || stage === '') return undefined;
  const fields = new Map(rest.map((field) => cut(field, '=')));
  const code = fields.get('code');
  const [sha256 = '', digest = ''] = code === undefined ? [] : cut(code, ':');
  const secrets = (fields.get('secrets') ?? '').split(',').filter((pair) => pair !== '');
  return {
    service,
    stage,
    ...(code === undefined ? {} : { code: { sha256, digest } }),
    secrets: Object.fromEntries(secrets.map((pair) => cut(pair, ':')).map(([name, print]) => [decode(name), print])),
  };
}

function cut(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
