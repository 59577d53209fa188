import type { ChildProcess } from 'node:child_process';

/**
 * Whether a process can be a group of its own that is stopped and continued: everywhere but on Windows, where instances are
 * not frozen and what they start is not ended with them.
 */
export const hasGroups = process.platform !== 'win32';

/** Signals a process that was started with `detached: hasGroups`, and whatever it started. One that is gone is left alone. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (!hasGroups) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // macOS says EPERM of a group in which only zombies are left.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
