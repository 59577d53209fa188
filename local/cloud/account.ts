/** The one account of the emulated cloud. Every value is public: it opens nothing but a port on this machine. */
export interface Account {
  readonly ak: string;
  readonly sk: string;
  /** Project id, the `{project_id}` of every path. */
  readonly project: string;
  /** Region id; it is also the name of the project, as in the real IAM. */
  readonly region: string;
  readonly user: string;
  readonly password: string;
  readonly domain: string;
}

/** What README and tests point their clients at. */
export const localAccount: Account = {
  ak: 'LOCALACCESSKEY000001',
  sk: 'local-secret-key-0000000000000000000001',
  project: '0123456789abcdef0123456789abcdef',
  region: 'cn-north-4',
  user: 'local',
  password: 'local-password',
  domain: 'local',
};

/** Stable ids made from a name, so that a restart gives the same user, domain and agency ids. */
export function idOf(kind: string, name: string): string {
  let hash = 0n;
  for (const byte of Buffer.from(`${kind}/${name}`))
    hash = (hash * 0x100000001b3n + BigInt(byte)) & ((1n << 128n) - 1n);
  return hash.toString(16).padStart(32, '0');
}
