import pc from 'picocolors';
import type { EndedTask, Task } from './run-tasks.js';

/** One line per function and phase, when it ends. */
export function progressLine({ task, steps, ms, error }: EndedTask): string {
  const took = pc.dim(`${(ms / 1000).toFixed(1)} s`);
  const name = task.name.padEnd(26);
  if (error === undefined) return `${pc.green('✓')} ${name} ${steps.join(', ') || 'done'}  ${took}`;
  return `${pc.red('✗')} ${name} ${task.what}  ${took}\n    ${reasonOf(error)}`;
}

/** The account of a deployment that did not get to its end: what was done, what was not, how to go on. */
export function unfinishedLines(ended: readonly EndedTask[], notBegun: readonly Task[], command: string): string[] {
  const failed = ended.filter(({ error }) => error !== undefined);
  const done = ended.filter(({ steps }) => steps.length > 0);
  return [
    '',
    pc.red(failed.length > 0 ? 'Not finished: a step failed.' : 'Not finished: interrupted.'),
    ...block(
      'done',
      done.map(({ task, steps }) => `${task.name}: ${steps.join(', ')}`),
    ),
    ...block(
      'failed',
      failed.map(({ task }) => `${task.name}: ${task.what}`),
    ),
    ...block(
      'not begun',
      notBegun.map(({ name, what }) => `${name}: ${what}`),
    ),
    `What is done stays, and nothing has to be undone. ${failed.length > 0 ? 'Mend the cause, then run' : 'Run'} the same command again: it looks what is there and does the rest.`,
    `  ${command}`,
  ];
}

function block(title: string, lines: readonly string[]): string[] {
  const shown = lines.length === 0 ? ['nothing'] : lines;
  return shown.map((line, i) => `  ${(i === 0 ? title : '').padEnd(10)} ${line}`);
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
