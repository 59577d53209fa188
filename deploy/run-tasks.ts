import type { Done } from './apply-function.js';

/** One function's share of one phase. */
export interface Task {
  /** The function. */
  readonly name: string;
  /** What is to be done, for the report: `code and settings`. */
  readonly what: string;
  readonly act: (done: Done) => Promise<void>;
}

export interface EndedTask {
  readonly task: Task;
  /** What was done of it, in its order. */
  readonly steps: readonly string[];
  readonly ms: number;
  /** Why it ended before its end. */
  readonly error?: unknown;
}

export interface TaskRun {
  readonly now: () => number;
  /** Told of each task when it ends. */
  readonly onEnd: (ended: EndedTask) => void;
  /** Where it is aborted, nothing new is begun; what is under way is finished. */
  readonly signal?: AbortSignal | undefined;
}

/** Functions at once; each sends one call at a time. */
const most = 4;

/**
 * Runs phases one after another, the tasks of a phase a few at a time. After a failure, or an interruption, no other task is begun.
 * @returns what ended and what was not begun, in the order of the phases
 */
export async function runTasks(
  phases: readonly (readonly Task[])[],
  run: TaskRun,
): Promise<{ readonly ended: readonly EndedTask[]; readonly notBegun: readonly Task[] }> {
  const ended: EndedTask[] = [];
  const notBegun: Task[] = [];
  for (const phase of phases) {
    const rest = [...phase];
    const mayGoOn = () => !run.signal?.aborted && !ended.some((one) => one.error !== undefined);
    const work = async () => {
      while (rest.length > 0 && mayGoOn()) {
        const [task] = rest.splice(0, 1);
        if (!task) return;
        const result = await runTask(task, run.now);
        ended.push(result);
        run.onEnd(result);
      }
    };
    await Promise.all(Array.from({ length: most }, work));
    notBegun.push(...rest);
  }
  return { ended, notBegun };
}

async function runTask(task: Task, now: () => number): Promise<EndedTask> {
  const start = now();
  const steps: string[] = [];
  try {
    await task.act((step) => steps.push(step));
    return { task, steps, ms: now() - start };
  } catch (error) {
    return { task, steps, ms: now() - start, error };
  }
}
