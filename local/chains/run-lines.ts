import Table from 'cli-table3';
import pc from 'picocolors';
import type { ListedRun, ShownRun, ShownStep } from '../../shared/chains/runs.js';
import type { RunPage } from './routes.js';

const paint: Readonly<Record<string, (text: string) => string>> = {
  running: pc.cyan,
  calling: pc.cyan,
  following: pc.cyan,
  finished: pc.green,
  done: pc.green,
  failed: pc.red,
  needs_attention: pc.yellow,
  in_doubt: pc.yellow,
  cancelled: pc.dim,
};
const coloured = (state: string): string => (paint[state] ?? pc.reset)(state.replace('_', ' '));

/** The newest runs as a table, and below it what needs a person, with the commands that help. */
export function listLines({ runs, total }: RunPage, now: number): string[] {
  if (runs.length === 0) return ['No runs. A push, a timer or `npm run chains -- run CHAIN` starts one.'];
  const table = new Table({ head: ['state', 'chain', 'step', 'began', 'run'], style: { head: [], border: [] } });
  for (const run of runs) {
    table.push([coloured(run.state), run.chain, stepOf(run), ago(run.created_at, now), run.id]);
  }
  const more = total > runs.length ? [`${runs.length} of ${total} runs; --limit shows more.`] : [];
  const stuck = runs.filter(({ state }) => state === 'needs_attention' || state === 'failed');
  return [table.toString(), ...more, ...stuck.flatMap(helpLines)];
}

/** What became of a run that stopped, and the commands to go on or to end it. */
function helpLines({ id, chain, state, reason }: ListedRun): string[] {
  const commands = [`npm run chains -- --follow ${id}`, `npm run chains -- retry ${id}`];
  if (state === 'needs_attention') commands.push(`npm run chains -- cancel ${id}`);
  return ['', `${coloured(state)}  ${chain}: ${reason ?? 'no reason is known'}`, ...commands.map((one) => `  ${one}`)];
}

function stepOf({ step, position, steps, state }: ListedRun): string {
  if (state === 'finished') return `${steps} of ${steps}`;
  return step === null ? `${position} of ${steps}` : `${position + 1} of ${steps}: ${step}`;
}

/** One run in one line. */
export function runLine(run: ListedRun, now: number): string {
  const reason = run.reason === null ? '' : `  ${run.reason}`;
  return `${coloured(run.state)}  ${run.chain}  step ${stepOf(run)}  began ${ago(run.created_at, now)}${reason}`;
}

/** A run with each of its steps: in which state, after how many calls, since when, and what comes next. */
export function followLines(run: ShownRun, now: number): string[] {
  const help = run.state === 'needs_attention' || run.state === 'failed' ? helpLines(run) : [];
  return [runLine(run, now), ...run.steps_so_far.map((step) => stepLine(step, now)), ...help];
}

function stepLine({ name, item, position, state, attempts, next_at, error }: ShownStep, now: number): string {
  const label = `${position + 1}. ${name}${item > 0 ? ` [${item}]` : ''}`;
  const last = attempts.at(-1);
  const message = (error as { message?: string } | null)?.message;
  const facts = [
    last ? `${attempts.length} ${attempts.length === 1 ? 'call' : 'calls'}, the last ${ago(last.called_at, now)}` : '',
    next_at === null ? '' : `next ${until(next_at, now)}`,
    message ?? '',
  ];
  return `  ${label.padEnd(28)} ${coloured(state)}  ${facts.filter(Boolean).join('; ')}`.trimEnd();
}

function ago(time: string, now: number): string {
  return `${span(now - Date.parse(time))} ago`;
}

function until(time: string, now: number): string {
  const ms = Date.parse(time) - now;
  return ms <= 0 ? 'now' : `in ${span(ms)}`;
}

/** A time in its two largest units. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}
