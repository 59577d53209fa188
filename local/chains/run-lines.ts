import pc from 'picocolors';
import type { ListedRun, ShownRun, ShownStep } from '../../shared/chains/runs.js';
import type { RunPage } from './routes.js';
import { wrapped } from './wrapped.js';

/** Where and when something is shown. */
export interface View {
  /** Epoch ms. */
  readonly now: number;
  /** The width of the terminal; undefined where what is written goes to no terminal, and a line may have any length. */
  readonly columns?: number | undefined;
  /** What the commands that are shown need besides, such as ` --url http://…`. */
  readonly suffix?: string | undefined;
}

/** Runs that stopped and are shown with all that can be done about each. */
const mostWithCommands = 3;
/** Entries of a for_each that are shown one by one: a screen has some forty lines, and what is above it cannot be seen. */
const mostItems = 8;

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
/** The word as `--state` takes it. */
const coloured = (state: string): string => (paint[state] ?? pc.reset)(state);

/** The newest runs, and below them what became of those that stopped, with the commands that help. */
export function listLines(
  { runs, total }: RunPage,
  view: View,
  filter: Readonly<Record<string, string>> = {},
): string[] {
  if (runs.length === 0) return [noRuns(filter)];
  const more = total > runs.length ? [`${runs.length} of ${total} runs; --limit shows more.`] : [];
  const stuck = runs.filter(({ state }) => state === 'needs_attention' || state === 'failed');
  return [...tableLines(runs, view), ...more, ...stuckLines(stuck, view)];
}

function noRuns({ state, chain }: Readonly<Record<string, string>>): string {
  if (state === undefined && chain === undefined) {
    return 'No runs. A push, a timer or `npm run chains -- run CHAIN` starts one.';
  }
  const [ofChain, inState] = [chain === undefined ? '' : ` of ${chain}`, state === undefined ? '' : ` in ${state}`];
  return `No run${ofChain}${inState}.`;
}

/** The id stands at the end of its line, or below it where the terminal is too narrow for both. */
function tableLines(runs: readonly ListedRun[], { now, columns = Number.POSITIVE_INFINITY }: View): string[] {
  const head = ['state', 'began', 'chain', 'step', 'run'];
  const rows = runs.map((run) => [run.state, ago(run.created_at, now), run.chain, stepOf(run), run.id]);
  const widths = head.map((word, i) => Math.max(word.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const fits = widths.reduce((sum, width) => sum + 2 + width) <= columns;
  const line = (cells: readonly string[], painted: (state: string) => string): string => {
    const padded = cells.map((cell, i) => cell.padEnd(widths[i] ?? 0));
    const [state = '', ...others] = fits ? padded : padded.slice(0, -1);
    return [state.replace(/\S+/, painted), ...others].join('  ').trimEnd();
  };
  const below = ' '.repeat((widths[0] ?? 0) + 2);
  return [
    pc.dim(line(head, String)),
    ...rows.flatMap((row) => [line(row, coloured), ...(fits ? [] : [`${below}${row.at(-1)}`])]),
  ];
}

/** Of a few runs each with its commands; of more what became of them, and the commands once: the table is to stay on the screen. */
function stuckLines(stuck: readonly ListedRun[], view: View): string[] {
  if (stuck.length <= mostWithCommands) return stuck.flatMap((run) => helpLines(run, view));
  const { columns, suffix = '' } = view;
  // A run that failed is over already.
  const ends = stuck.some(({ state }) => state === 'needs_attention') ? ['cancel RUN'] : [];
  const commands = ['--follow RUN', 'retry RUN', ...ends].map((one) => `  npm run chains -- ${one}${suffix}`);
  return [...stuck.flatMap((run) => reasonLines(run, columns)), '', '  # of any of these', ...commands];
}

function reasonLines({ id, chain, state, reason }: ListedRun, columns: number | undefined): string[] {
  return ['', `${coloured(state)}  ${chain}  ${id}`, ...wrapped(reason ?? 'no reason is known', columns, 2)];
}

/** What became of a run that stopped, and the commands to go on or to end it. */
function helpLines(run: ListedRun, { columns, suffix = '' }: View): string[] {
  const { id, state, held } = run;
  const needsWord = state === 'needs_attention' && !held;
  const commands = [
    [`--follow ${id}`, 'shows each step'],
    [`retry ${id}`, needsWord ? 'looks in the cloud once more' : 'goes on where it stopped'],
    ...(needsWord ? [[`retry ${id} --unknown done`, 'you have seen that it was done']] : []),
    ...(needsWord ? [[`retry ${id} --unknown not-done`, 'you have seen that it was not: does it again']] : []),
    ...(state === 'needs_attention' ? [[`cancel ${id}`, 'ends the run']] : []),
  ];
  return [
    ...reasonLines(run, columns),
    ...commands.flatMap(([command, meaning]) => [`  # ${meaning}`, `  npm run chains -- ${command}${suffix}`]),
  ];
}

function stepOf({ step, position, steps, state }: ListedRun): string {
  if (state === 'finished') return `${steps} of ${steps}`;
  return step === null ? `${position} of ${steps}` : `${position + 1} of ${steps}: ${step}`;
}

/** One run in one line, and why it stands where it stands. */
export function runLines(run: ListedRun, { now, columns }: View): string[] {
  const line = `${coloured(run.state)}  ${run.chain}  step ${stepOf(run)}  began ${ago(run.created_at, now)}`;
  return [line, ...(run.reason === null ? [] : wrapped(run.reason, columns, 2))];
}

/** A run with each of its steps: in which state, after how many calls, since when, and what comes next. */
export function followLines(run: ShownRun, view: View): string[] {
  const help = run.state === 'needs_attention' || run.state === 'failed';
  const first = runLines(help ? { ...run, reason: null } : run, view);
  const positions = [...new Set(run.steps_so_far.map(({ position }) => position))];
  const itemsAt = (position: number) => run.steps_so_far.filter((step) => step.position === position);
  const steps = positions.flatMap((position) => itemsLines(itemsAt(position), view));
  return [...first, ...steps, ...(help ? helpLines(run, view) : [])];
}

/** Every item of a step; of many how many are in which state, and those that are worth a look first. */
function itemsLines(items: readonly ShownStep[], view: View): string[] {
  const [first] = items;
  if (first === undefined || items.length <= mostItems) return items.flatMap((item) => stepLines(item, view));
  const states = [...new Set(items.map(({ state }) => state))];
  const counts = states.map((state) => `${items.filter((item) => item.state === state).length} ${coloured(state)}`);
  const open = items.filter(({ state }) => state !== 'done').sort((one, other) => urgency(one) - urgency(other));
  const left = open.length - mostItems;
  return [
    `  ${first.position + 1}. ${first.name}, ${items.length} entries: ${counts.join(', ')}`,
    ...open.slice(0, mostItems).flatMap((item) => stepLines(item, view)),
    ...(left > 0 ? [`  and ${left} more that are not done`] : []),
  ];
}

const urgent: readonly ShownStep['state'][] = ['needs_attention', 'failed', 'in_doubt', 'calling', 'following'];

function urgency({ state }: ShownStep): number {
  const at = urgent.indexOf(state);
  return at < 0 ? urgent.length : at;
}

function stepLines({ name, item, position, state, attempts, next_at, error }: ShownStep, view: View): string[] {
  const label = `${position + 1}. ${name}${item > 0 ? ` [${item}]` : ''}`;
  const last = attempts.at(-1);
  const message = (error as { message?: string } | null)?.message;
  const facts = [
    last
      ? `${attempts.length} ${attempts.length === 1 ? 'call' : 'calls'}, the last ${ago(last.called_at, view.now)}`
      : '',
    next_at === null ? '' : `next ${until(next_at, view.now)}`,
  ];
  const line = `  ${label.padEnd(28)} ${coloured(state)}  ${facts.filter(Boolean).join('; ')}`.trimEnd();
  return [line, ...(message === undefined ? [] : wrapped(message, view.columns, 5))];
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
