import { type ChildProcess, spawn } from 'node:child_process';
import { hasGroups } from './process-group.js';

/** Reads `+ PID` and `- PID` until its input ends, which it does with the platform, then ends every group that is left. */
const program = `
groups=''
while read -r sign pid; do
  if [ "$sign" = + ]; then groups="$groups $pid"; continue; fi
  rest=''
  for group in $groups; do [ "$group" = "$pid" ] || rest="$rest $group"; done
  groups=$rest
done
for group in $groups; do kill -s KILL -- "-$group"; done
`;

/**
 * Ends the instances of a platform that was killed itself. A running instance sees that its channel closed and ends; a frozen
 * one sees nothing, and one in an endless loop does not look. So a shell, of a few hundred kilobytes, knows their process
 * groups and waits for the end of a pipe that only the platform holds.
 */
export class InstanceGuard {
  #shell: ChildProcess | undefined;

  /** Without a guard nothing may be frozen. */
  get watches(): boolean {
    return this.#shell !== undefined;
  }

  add(pid: number): void {
    if (!hasGroups) return;
    this.#shell ??= this.#start();
    this.#tell(`+ ${pid}`);
  }

  remove(pid: number): void {
    this.#tell(`- ${pid}`);
  }

  close(): void {
    this.#shell?.stdin?.end();
  }

  #start(): ChildProcess | undefined {
    // A group of its own: Ctrl+C in the terminal is not meant for it.
    const shell = spawn('/bin/sh', ['-c', program], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    const forget = () => {
      this.#shell = undefined;
    };
    shell.on('error', forget);
    shell.on('exit', forget);
    shell.stdin?.on('error', forget);
    shell.unref();
    return shell;
  }

  #tell(line: string): void {
    this.#shell?.stdin?.write(`${line}\n`);
  }
}
