import { execFileSync } from 'node:child_process';

/** False also for a zombie: it has ended, and waits only for its parent to ask. */
export function isRunning(pid: number): boolean {
  return /^[^Z]/.test(stateOf(pid));
}

export function isFrozen(pid: number): boolean {
  return stateOf(pid).startsWith('T');
}

/** The state of a process as `ps` shows it; empty where there is none. */
function stateOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
