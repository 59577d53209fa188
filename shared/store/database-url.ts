import { readFileSync } from 'node:fs';
import type { PoolConfig } from 'pg';
import { InvalidSettingError } from '../client/errors.js';

/** Where a database is, and how to speak to it. */
export interface DatabaseAddress {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…` */
  readonly url: string;
  /** The certificates of the authority that signed the server's, as PEM text; those that Node trusts by default. */
  readonly ca?: string | undefined;
}

type Connection = Pick<
  PoolConfig,
  'host' | 'port' | 'user' | 'password' | 'database' | 'ssl' | 'options' | 'application_name'
>;

const modes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof modes)[number];
const parameters = ['sslmode', 'sslrootcert', 'options', 'application_name', 'prepare'];
const defaultPort = 5432;

/**
 * Reads `DATABASE_URL`. With `sslmode` as PostgreSQL's own tools understand it: `disable`, `require` (encrypted, and the server not
 * checked unless an authority is given: then as `verify-ca`), `verify-ca`, `verify-full`. Without it the connection is encrypted and
 * the server checked in full, but on this machine itself, where it is plain.
 * @throws InvalidSettingError that repeats no part of the URL, for a misplaced character can make anything in it the password
 */
export function readDatabaseUrl({ url, ca }: DatabaseAddress): Connection {
  const parsed = parse(url);
  const query = parsed.searchParams;
  for (const name of query.keys()) {
    if (!parameters.includes(name)) throw invalid(`of its parameters only ${parameters.join(', ')} are known`);
  }
  const password = decoded(parsed.password);
  const options = query.get('options');
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: parsed.port === '' ? defaultPort : Number(parsed.port),
    user: decoded(parsed.username),
    // As a function, an empty one counts as given, and node-postgres looks nowhere else.
    password: () => password,
    database: decoded(parsed.pathname.slice(1)),
    ssl: encryption(host, query.get('sslmode') ?? undefined, () => authority(ca, query.get('sslrootcert'))),
    application_name: query.get('application_name') ?? 'fleetbatch',
    ...(options === null ? {} : { options }),
  };
}

/** False with `prepare=off`: for the embedded database, and for a pooler that gives each transaction to another session. */
export function keepsPlans({ url }: DatabaseAddress): boolean {
  return parse(url).searchParams.get('prepare') !== 'off';
}

function parse(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isUsable =
    parsed &&
    /^postgres(?:ql)?:$/.test(parsed.protocol) &&
    parsed.hostname &&
    parsed.username &&
    parsed.pathname.length > 1;
  if (isUsable && parsed.hash === '') return parsed;
  throw invalid(
    'it must look like postgres://USER:PASSWORD@HOST:5432/DATABASE, with special characters of user and password percent-encoded',
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid('it holds a % that begins no percent-encoded character; write %25');
  }
}

function encryption(host: string, mode: string | undefined, given: () => string | undefined): PoolConfig['ssl'] {
  const chosen = mode ?? (isThisMachine(host) ? 'disable' : 'verify-full');
  if (!isMode(chosen)) throw invalid(`its sslmode must be one of ${modes.join(', ')}`);
  if (chosen === 'disable') return false;
  const ca = given();
  if (chosen === 'verify-full') return { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: true };
  if (ca === undefined && chosen === 'require') return { rejectUnauthorized: false };
  if (ca === undefined) throw invalid('sslmode=verify-ca needs DATABASE_CA or sslrootcert');
  // The name may differ, as the address of a load balancer does; who signed the certificate may not.
  return { ca, rejectUnauthorized: true, checkServerIdentity: () => undefined };
}

function isMode(text: string): text is Mode {
  return modes.some((mode) => mode === text);
}

function isThisMachine(host: string): boolean {
  return /^localhost$/i.test(host) || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Node.js takes a text without a certificate for an authority that has signed nothing, and blames the server's certificate then. */
function authority(ca: string | undefined, path: string | null): string | undefined {
  const text = ca ?? fileOf(path);
  // A variable of one line has its ends of lines written out; PEM itself has no backslash.
  const pem = text?.replaceAll('\\r', '').replaceAll('\\n', '\n');
  if (pem === undefined || /-----BEGIN CERTIFICATE-----\s*\n/.test(pem)) return pem;
  const problem = 'it has no certificate as PEM text, which begins with a line -----BEGIN CERTIFICATE-----';
  if (ca !== undefined) throw new InvalidSettingError('DATABASE_CA', problem);
  throw invalid(`of the file of its sslrootcert: ${problem}`);
}

function fileOf(path: string | null): string | undefined {
  if (path === null) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw invalid('the file of its sslrootcert cannot be read');
  }
}

function invalid(problem: string): InvalidSettingError {
  return new InvalidSettingError('DATABASE_URL', problem);
}
