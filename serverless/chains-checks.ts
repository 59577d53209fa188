import { CHAIN_FUNCTIONS, type ChainFunction } from '../shared/chains/chain-functions.js';
import { checkExpression, expressionIn, isHalfExpression, type Known } from '../shared/chains/expression.js';
import { MOST_ITEMS } from '../shared/chains/resolve.js';
import { createInvocationsInput } from '../shared/schemas/ces-create-invocations.js';
import { listInvocationsInput } from '../shared/schemas/ces-list-invocations.js';
import { checkInput } from '../shared/schemas/check-input.js';
import { createIefJobInput, showIefJobInput } from '../shared/schemas/ief-jobs.js';
import { nearMiss } from '../shared/schemas/near-miss.js';
import { startStopInput } from '../shared/schemas/roma-tasks.js';
import { isRecord } from '../shared/schemas/rules.js';
import type { ChainEntry, ChainsDocument, StepEntry } from './chains-schema.js';
import type { Problem } from './checked-file.js';
import type { Path } from './placeholders.js';

/** Rules that reach over more than one key. @param timers names of the TIMER triggers that start chains */
export function findChainProblems({ chains }: ChainsDocument, timers: readonly string[]): Problem[] {
  return [
    ...Object.entries(chains).flatMap(([name, chain]) => [
      ...timerProblems(chain, ['chains', name, 'trigger', 'name'], timers),
      ...chain.steps.flatMap((step, i) => stepProblems(step, ['chains', name, 'steps', i], chain, i, chains)),
    ]),
    ...circleProblems(chains),
  ];
}

function timerProblems({ trigger }: ChainEntry, path: Path, timers: readonly string[]): Problem[] {
  if (trigger.type !== 'timer' || timers.includes(trigger.name)) return [];
  const guess = nearMiss(trigger.name, timers);
  const remedy = guess ? `Did you mean ${guess}?` : 'Add it to the events of advance-chains in serverless.yml.';
  return [{ path, text: `${path.join('.')} is ${trigger.name}, which is no timer of advance-chains. ${remedy}` }];
}

function stepProblems(
  step: StepEntry,
  path: Path,
  chain: ChainEntry,
  position: number,
  chains: ChainsDocument['chains'],
): Problem[] {
  const problem = (key: string, text: string): Problem => ({
    path: [...path, key],
    text: `${[...path, key].join('.')} ${text}`,
  });
  const before = chain.steps.slice(0, position).map(({ name }) => name);
  const facts = CHAIN_FUNCTIONS[step.function];
  const problems: Problem[] = [];
  if (before.includes(step.name)) problems.push(problem('name', `is ${step.name} once more. Give it another name.`));
  if (step.until && !facts.follows) {
    problems.push(problem('until', `is not for ${step.function}, whose answer is the end of it. Remove it.`));
  }
  if (step.retry_failed && !facts.retries) {
    problems.push(problem('retry_failed', 'is for create-invocations alone: only Cloud Eye has a RETRY. Remove it.'));
  } else if (step.retry_failed && !step.until) {
    problems.push(problem('retry_failed', 'needs to know what failed. Write until: finished beside it.'));
  }
  const { for_each } = step;
  if (typeof for_each === 'string' && expressionIn(for_each) === undefined && !isHalfExpression(for_each)) {
    problems.push(problem('for_each', `is a text and no list. Write a list, or an expression: {% ${for_each} %}.`));
  }
  if (Array.isArray(for_each) && for_each.length > MOST_ITEMS) {
    problems.push(problem('for_each', `has ${for_each.length} entries. Write at most ${MOST_ITEMS}.`));
  }
  const next = nextChainOf(step);
  if (next !== undefined && !Object.hasOwn(chains, next)) {
    const guess = nearMiss(next, Object.keys(chains));
    const remedy = guess ? `Did you mean chain ${guess}?` : `There are ${Object.keys(chains).join(', ')}.`;
    problems.push(problem('on_failure', `is ${step.on_failure}, and there is no such chain. ${remedy}`));
  }
  const known = { steps: before, item: false };
  const within = { steps: before, item: step.for_each !== undefined };
  return [
    ...problems,
    ...expressionProblems(step.for_each, [...path, 'for_each'], known),
    ...expressionProblems(step.input, [...path, 'input'], within),
    ...inputProblems(step, [...path, 'input']),
  ];
}

function nextChainOf({ on_failure }: StepEntry): string | undefined {
  return on_failure?.startsWith('chain ') ? on_failure.slice('chain '.length) : undefined;
}

function expressionProblems(value: unknown, path: Path, known: Known): Problem[] {
  if (Array.isArray(value)) return value.flatMap((entry, i) => expressionProblems(entry, [...path, i], known));
  if (isRecord(value)) {
    return Object.entries(value).flatMap(([key, entry]) => expressionProblems(entry, [...path, key], known));
  }
  if (typeof value !== 'string') return [];
  if (isHalfExpression(value)) {
    const text = `${path.join('.')} is only in part an expression. Make the whole text one: {% 'text ' & event.task_id %}.`;
    return [{ path, text }];
  }
  const source = expressionIn(value);
  if (source === undefined) return [];
  return checkExpression(source, known).map(({ position, text }) => {
    const before = value.slice(0, value.indexOf(source) + position);
    return {
      path,
      text: `${path.join('.')} ${text}.`.replace(/([.?])\.$/, '$1'),
      textLine: before.split('\n').length - 1,
    };
  });
}

const INPUTS: Readonly<Record<ChainFunction, Parameters<typeof checkInput>[0]>> = {
  'create-invocations': createInvocationsInput,
  'list-invocations': listInvocationsInput,
  'create-ief-job': createIefJobInput,
  'show-ief-job': showIefJobInput,
  'start-stop-roma-tasks': startStopInput,
};

/** The function's own rules, as far as the values are known: what an expression gives is checked when it is sent. */
function inputProblems({ function: name, input }: StepEntry, path: Path): Problem[] {
  const checked = checkInput(INPUTS[name], input);
  if (checked.ok) return [];
  const open = expressionPaths(input);
  return checked.errors
    .filter(({ path: at }) => !open.some((one) => at === one || at.startsWith(`${one}.`) || at.startsWith(`${one}[`)))
    .map(({ path: at, message }) => {
      const place = [...path, ...at.split(/[.[\]]+/).filter((part) => part !== '')];
      return { path: place, text: `${place.join('.')} ${message}. See the input of ${name} in the README.` };
    });
}

/** Where expressions stand, in the form of the input's own errors. */
function expressionPaths(value: unknown, at = ''): string[] {
  if (typeof value === 'string') return expressionIn(value) === undefined ? [] : [at];
  if (Array.isArray(value)) return value.flatMap((entry, i) => expressionPaths(entry, `${at}[${i}]`));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) => expressionPaths(entry, at === '' ? key : `${at}.${key}`));
}

/** Chains that start one another on failure in a circle would go on until the guard of depth stops them. */
function circleProblems(chains: ChainsDocument['chains']): Problem[] {
  return Object.entries(chains).flatMap(([name, chain]) =>
    chain.steps.flatMap((step, i): Problem[] => {
      const circle = wayBack(name, nextChainOf(step), chains);
      if (!circle) return [];
      const path: Path = ['chains', name, 'steps', i, 'on_failure'];
      return [{ path, text: `${path.join('.')} leads back here: ${circle.join(' → ')}. Let the last one stop.` }];
    }),
  );
}

function wayBack(
  goal: string,
  from: string | undefined,
  chains: ChainsDocument['chains'],
  way: readonly string[] = [],
): string[] | undefined {
  if (from === undefined || way.includes(from)) return undefined;
  if (from === goal) return [goal, ...way, goal];
  for (const step of chains[from]?.steps ?? []) {
    const found = wayBack(goal, nextChainOf(step), chains, [...way, from]);
    if (found) return found;
  }
  return undefined;
}
