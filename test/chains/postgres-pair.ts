import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pgDatabase } from '../../shared/store/pg-database.js';

/** How a server can be started here. */
export interface Installation {
  /** The folder with the server's programs. */
  readonly binaries: string;
  /** Who runs them where this process is root, which they refuse to be. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/** The newest PostgreSQL server that is installed here; undefined where none can be started. */
export function findInstallation(): Installation | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const programs = ['initdb', 'postgres', 'pg_basebackup'];
  const binaries = folders.find((folder) => programs.every((name) => existsSync(join(folder, name))));
  if (binaries === undefined || process.platform === 'win32') return undefined;
  if (process.getuid?.() !== 0) return { binaries, user: undefined };
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
    return { binaries, user: { uid: id('-u'), gid: id('-g') } };
  } catch {
    return undefined;
  }
}

interface Server {
  readonly folder: string;
  readonly port: number;
  readonly child: ChildProcess;
}

const running = new Set<Server>();
process.on('exit', () => {
  for (const server of running) {
    kill(server);
    forgetMemory(server);
  }
});

/** Nothing is written out: what is lost is a process, not a machine. */
const settings = {
  ...{ listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 60, shared_buffers: '16MB' },
  ...{ fsync: 'off', dynamic_shared_memory_type: 'mmap', log_min_messages: 'fatal' },
};
const patienceMs = 30_000;
const isTrue = (rows: readonly object[]) => rows.length > 0;

/**
 * Two PostgreSQL servers in a temporary folder: a primary and a standby that has everything before a commit is answered. They are
 * killed and promoted in turn.
 */
export class PostgresPair {
  readonly #binaries: string;
  readonly #user: Installation['user'];
  readonly #home: string;
  #folders = 0;
  #primary: Server | undefined;
  #standby: Server | undefined;

  private constructor({ binaries, user }: Installation) {
    this.#binaries = binaries;
    this.#user = user;
    this.#home = mkdtempSync(join(tmpdir(), 'fleetbatch-failover-'));
    process.once('exit', () => this.#removeHome());
    if (this.#user) chownSync(this.#home, this.#user.uid, this.#user.gid);
  }

  /** Makes a new primary, without a standby as yet. */
  static async create(installation: Installation): Promise<PostgresPair> {
    const pair = new PostgresPair(installation);
    const folder = pair.#nextFolder();
    const how = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--no-locale', '--no-sync'];
    await pair.#run('initdb', [...how, `--pgdata=${folder}`]);
    pair.#primary = await pair.#start(folder);
    return pair;
  }

  get primaryPort(): number {
    return present(this.#primary).port;
  }

  get standbyPort(): number {
    return present(this.#standby).port;
  }

  /** A standby for the primary where it has none; resolves when every commit waits for it. */
  async addStandby(): Promise<void> {
    if (this.#standby) return;
    const folder = this.#nextFolder();
    const from = ['--host=127.0.0.1', `--port=${this.primaryPort}`, '--username=postgres', `--pgdata=${folder}`];
    await this.#run('pg_basebackup', [...from, '--write-recovery-conf', '--checkpoint=fast', '--no-sync']);
    this.#standby = await this.#start(folder);
    // Not before the standby has its copy of the settings: promoted, it waits for nobody.
    await ask(this.primaryPort, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    await ask(this.primaryPort, 'SELECT pg_reload_conf()');
    await until(this.primaryPort, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'", isTrue);
  }

  /** SIGKILL to the primary and all its processes, at once. */
  killPrimary(): void {
    kill(present(this.#primary));
  }

  /** Makes the standby the primary; resolves when it can be written to. */
  async promote(): Promise<void> {
    const standby = present(this.#standby);
    // A session that waits for the promotion can hold up the replay that has to come before it.
    await ask(standby.port, 'SELECT pg_promote(false)');
    await until(standby.port, 'SELECT 1 WHERE NOT pg_is_in_recovery()', isTrue);
    const gone = this.#primary;
    this.#primary = standby;
    this.#standby = undefined;
    if (gone) await this.#remove(gone);
  }

  async close(): Promise<void> {
    for (const server of [this.#standby, this.#primary]) {
      if (!server) continue;
      kill(server);
      await this.#remove(server);
    }
    this.#removeHome();
  }

  #removeHome(): void {
    // Servers that were killed a moment ago may still be at work in it.
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }

  #nextFolder(): string {
    return join(this.#home, String(++this.#folders));
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    const child = spawn(join(this.#binaries, program), args, { ...this.#user, cwd: this.#home, stdio: 'pipe' });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    child.stdout.resume();
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${said.slice(-500)}`);
  }

  async #start(folder: string): Promise<Server> {
    const port = await freePort();
    const set = Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const options = { ...this.#user, cwd: this.#home, stdio: 'ignore' as const };
    const server = { folder, port, child: spawn(join(this.#binaries, 'postgres'), ['-D', folder, ...set], options) };
    running.add(server);
    await until(port, 'SELECT 1', isTrue);
    return server;
  }

  async #remove(server: Server): Promise<void> {
    if (server.child.exitCode === null && server.child.signalCode === null) await once(server.child, 'exit');
    running.delete(server);
    forgetMemory(server);
    rmSync(server.folder, { recursive: true, force: true });
  }
}

/** The processes of a server have no group in common: so it may start none while they are looked up. */
function kill({ child }: Server): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGSTOP');
  for (const pid of [...childrenOf(child.pid), child.pid]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

/** A server that was killed leaves its lock in System V shared memory; its id is on the seventh line of this file. */
function forgetMemory({ folder }: Server): void {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
    const [, id] = lines[6]?.trim().split(/\s+/) ?? [];
    if (id) execFileSync('ipcrm', ['-m', id], { stdio: 'ignore' });
  } catch {
    // It did not get that far, or has cleared up by itself.
  }
}

function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  const read = () => execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  return (existsSync(file) ? readFileSync(file, 'utf8') : read()).split(/\s+/).filter(Boolean).map(Number);
}

function present(server: Server | undefined): Server {
  if (!server) throw new Error('there is no such server at the moment');
  return server;
}

/** The address of a server on this machine. */
export function addressOf(port: number): string {
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

async function ask(port: number, sql: string): Promise<readonly object[]> {
  const database = pgDatabase({ url: addressOf(port), remainingMs: () => patienceMs });
  return await database.query<object>(sql).finally(() => database.close());
}

async function until(port: number, sql: string, isEnough: (rows: readonly object[]) => boolean): Promise<void> {
  const impatientAt = performance.now() + patienceMs;
  for (;;) {
    const rows = await ask(port, sql).catch((failure: unknown) => String(failure));
    if (typeof rows !== 'string' && isEnough(rows)) return;
    if (performance.now() > impatientAt)
      throw new Error(`the server on port ${port} is not there: ${JSON.stringify(rows)}`);
    await delay(20);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
