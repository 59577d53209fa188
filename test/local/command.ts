import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with everything printed so far, once the text has appeared on standard output. */
  printed(text: string): Promise<string>;
}

/** Runs one of the project's commands (`local/start.ts` and its neighbours) as its npm script does. */
export function runCommand(file: string, args: readonly string[] = [], env: Record<string, string> = {}): Command {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    for (const watch of watchers) watch();
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const printed = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const watch = () => stdout.includes(text) && resolve(stdout);
      watchers.add(watch);
      watch();
      ended.then(() => reject(new Error(`ended before it printed "${text}":\n${stdout}\n${stderr}`)));
    });
  return { child, ended, printed };
}
