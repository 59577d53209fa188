import jsonata from 'jsonata';
import { nearMiss } from '../schemas/near-miss.js';
import type { Json } from './chain.js';
import { builtIns, variablesIn } from './expression-variables.js';

/** What expressions may speak of: fields of the document that they are evaluated over. */
export interface Scope {
  /** What started the run. */
  readonly event: Json;
  /** By name, the steps that are over; undefined where none was done, and nothing may be concluded from what they lack. */
  readonly steps: Readonly<Record<string, Json>> | undefined;
  /** The entry of `for_each` that the step is done for. */
  readonly item?: Json;
  readonly run: Json;
}

/** One mistake; `position` counts characters of the expression from 0. */
export interface ExpressionProblem {
  readonly position: number;
  readonly text: string;
}

/** What may be named: the root fields, and the steps that are over by then. */
export interface Known {
  readonly item: boolean;
  readonly steps: readonly string[];
}

/** Milliseconds, nested evaluations, entries of a list and characters of a text that one expression may take. */
const BOUNDS = { timeout: 250, stack: 250, sequence: 20_000 };
const LONGEST_TEXT = 1_000_000;

const open = '{%';
const close = '%}';

/** Why an expression has no value. The message quotes nothing of the data. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/** The expression inside `{% … %}` where the whole text is one, as in Step Functions; undefined for any other text. */
export function expressionIn(text: string): string | undefined {
  const trimmed = text.trim();
  const whole = trimmed.startsWith(open) && trimmed.endsWith(close) && trimmed.length >= open.length + close.length;
  return whole ? trimmed.slice(open.length, -close.length) : undefined;
}

/** True for a text that holds a mark of an expression without being one. */
export function isHalfExpression(text: string): boolean {
  return expressionIn(text) === undefined && (text.includes(open) || text.includes(close));
}

/**
 * Functions that would make the same run come out differently, or that no bound holds: the value of a step's input may depend
 * on the run alone, because it is worked out again after a crash.
 */
const REFUSED: Readonly<Record<string, string>> = {
  now: 'is not the same twice. Use run.created_at',
  millis: 'is not the same twice. Use run.created_at',
  random: 'is not the same twice. Leave it out',
  shuffle: 'is not the same twice. Use $sort, or leave it out',
  eval: 'runs a text as a program. Write the expression itself',
  pad: 'makes texts of any length. Use &',
};

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly steps?: readonly Node[];
  readonly stages?: readonly Node[];
  readonly predicate?: readonly Node[];
  readonly group?: unknown;
  readonly terms?: unknown;
}

/** Everything that is wrong with an expression, found without evaluating it. */
export function checkExpression(source: string, known: Known): ExpressionProblem[] {
  let tree: Node;
  try {
    tree = jsonata(source).ast() as Node;
  } catch (error) {
    const { message = 'cannot be read', position = 1 } = error as { message?: string; position?: number };
    return [{ position: Math.max(0, position - 1), text: `is no JSONata: ${message}` }];
  }
  const problems: ExpressionProblem[] = [];
  visit(tree, true, { ...known, variables: variablesIn(tree) }, problems);
  return problems;
}

/** With the variables that the expression itself gives a value. */
type KnownHere = Known & { readonly variables: ReadonlySet<unknown> };

/** Walks the tree. `atRoot` is true where a name means a field of the whole document and not of something inside it. */
function visit(value: unknown, atRoot: boolean, known: KnownHere, problems: ExpressionProblem[]): void {
  if (Array.isArray(value)) {
    for (const entry of value) visit(entry, atRoot, known, problems);
    return;
  }
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return;
  const node: Node = value;
  const report = (text: string) => problems.push({ position: Math.max(0, (node.position ?? 1) - 1), text });
  if (node.type === 'variable' && typeof node.value === 'string') {
    if (Object.hasOwn(REFUSED, node.value)) report(`uses $${node.value}, which ${REFUSED[node.value]}`);
    else if (!builtIns().includes(node.value) && !known.variables.has(node.value)) {
      const guess = nearMiss(node.value, builtIns());
      const remedy = guess
        ? `Did you mean $${guess}?`
        : 'Give it a value with := before, or take a function of JSONata.';
      report(`uses $${node.value}, which is not known. ${remedy}`);
    }
  }
  // A pattern that backtracks cannot be interrupted.
  if (node.type === 'regex') report('uses a regular expression, whose time has no bound. Use $contains with a text');
  if (node.type === 'path') {
    const [first, ...others] = node.steps ?? [];
    if (atRoot) checkRoot(first, others[0], known, problems);
    visit(first, atRoot, known, problems);
    visit(others, false, known, problems);
    visit(node.group, false, known, problems);
    return;
  }
  const inside = ['stages', 'predicate', 'group', 'terms'];
  for (const [key, child] of Object.entries(node)) {
    if (typeof child === 'object') visit(child, atRoot && !inside.includes(key), known, problems);
  }
}

function checkRoot(
  first: Node | undefined,
  second: Node | undefined,
  { item, steps }: Known,
  problems: ExpressionProblem[],
): void {
  if (first?.type !== 'name') return;
  const fields = ['event', 'steps', 'run', ...(item ? ['item'] : [])];
  const at = Math.max(0, (first.position ?? 1) - 1);
  if (!fields.includes(String(first.value))) {
    const without = first.value === 'item' ? 'is there only in a step with for_each' : `is not known`;
    problems.push({ position: at, text: `names ${first.value}, which ${without}. ${remedyFor(first.value, fields)}` });
  } else if (first.value === 'steps' && second?.type === 'name' && !steps.includes(String(second.value))) {
    const text = `names steps.${second.value}, which is no step before this one. ${remedyFor(second.value, steps)}`;
    problems.push({ position: at, text });
  }
}

function remedyFor(word: unknown, fields: readonly string[]): string {
  const guess = nearMiss(word, fields);
  if (guess) return `Did you mean ${guess}?`;
  return fields.length > 0 ? `Known are ${fields.join(', ')}.` : 'This is the first step.';
}

/**
 * The value of an expression, as JSON carries it. The same scope always gives the same value.
 * @throws ExpressionError where it has none, takes too long or grows too large
 */
export async function evaluate(source: string, scope: Scope): Promise<Json> {
  const value = await jsonOf(source, scope).catch((error: unknown) => {
    if (error instanceof ExpressionError) throw error;
    throw new ExpressionError(`{%${source}%} ${whatWentWrong(error)}`);
  });
  if (value === undefined) throw new ExpressionError(`{%${source}%} has no value: what it names is not there.`);
  return value;
}

async function jsonOf(source: string, scope: Scope): Promise<Json | undefined> {
  const expression = jsonata(source, BOUNDS);
  // The library marks lists that it walks over; the scope stays as it is.
  const input = copiedWhereNamed(scope, (part, name) => {
    if (name !== 'steps') return structuredClone(part);
    if (scope.steps) return copiedWhereNamed(scope.steps, (result) => structuredClone(result));
    throw new ExpressionError(`{%${source}%} needs the result of an earlier step, which is not there yet.`);
  });
  // The type knows names of variables only; the library looks this symbol up like one.
  expression.assign(afterEach as unknown as string, refuseLongText);
  const value: unknown = await expression.evaluate(input);
  // Once through JSON: the library's own marks are gone, and what is stored is what was meant.
  const text: string | undefined = JSON.stringify(value, (_name, part: unknown) => {
    const problem = unlikeJson(part);
    if (problem) throw new ExpressionError(`{%${source}%} ${problem}`);
    return part;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Json);
}

/**
 * An object whose fields are copied when they are first asked for: a step of a thousand entries evaluates thousands of expressions, and
 * most of them name the entry alone and not the results beside it, which can have megabytes.
 */
function copiedWhereNamed(fields: object, copy: (part: unknown, name: string) => unknown): object {
  const copied = {};
  for (const [name, part] of Object.entries(fields)) {
    const field = { enumerable: true, configurable: true };
    const get = () => {
      const value = copy(part, name);
      Object.defineProperty(copied, name, { ...field, value, writable: true });
      return value;
    };
    Object.defineProperty(copied, name, { ...field, get });
  }
  return copied;
}

/** What JSON would make something else of without a word: null of infinity, and of a function its description. */
function unlikeJson(part: unknown): string | undefined {
  if (typeof part === 'number' && !Number.isFinite(part)) {
    return 'gives a number without end or none at all, as a division by 0 does.';
  }
  const { implementation } = (part ?? {}) as { implementation?: unknown };
  return typeof implementation === 'function' ? 'gives a function itself. Call it, as in $sum(list).' : undefined;
}

const afterEach = Symbol.for('jsonata.__evaluate_exit');

function refuseLongText(_node: unknown, _input: unknown, _environment: unknown, result: unknown): void {
  if (typeof result === 'string' && result.length > LONGEST_TEXT) {
    throw new ExpressionError(`an expression made a text of more than ${LONGEST_TEXT} characters.`);
  }
}

/** The library's own codes for its bounds; its other messages repeat values, so that only the code is told. */
function whatWentWrong(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (code === 'D1012') return `took longer than ${BOUNDS.timeout} ms. Make it simpler.`;
  if (code === 'D1011') return `is nested deeper than ${BOUNDS.stack} levels. Make it simpler.`;
  if (code === 'D2014' || code === 'D2015') return `made a list of more than ${BOUNDS.sequence} entries.`;
  return `could not be evaluated (${typeof code === 'string' ? `JSONata ${code}` : 'not as JSON'}).`;
}
