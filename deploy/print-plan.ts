import pc from 'picocolors';
import type { CreateTriggerRequest } from '../shared/client/functiongraph-triggers.js';
import type { AccountFunction } from './account-state.js';
import type { DesiredFunction, DesiredService } from './desired.js';
import { kilobytes } from './plan-settings.js';
import { type FunctionPlan, isUnchanged, type Plan, type TriggerStep } from './plan-steps.js';
import { labelOfTrigger } from './plan-triggers.js';
import type { Target } from './target.js';

/** Where the deployment goes: the first thing to look at before it is let loose. */
export function targetLine({ name, stage }: Pick<DesiredService, 'name' | 'stage'>, target: Target): string {
  const { origin } = target.endpoint;
  return `${pc.bold(`${name} (stage ${stage})`)} → ${target.region}, project ${target.projectId}, ${origin}`;
}

/** The plan, a block per function; nothing in it is the value of a variable. */
export function planLines(plan: Plan, service: DesiredService): string[] {
  const unchanged = plan.functions.filter(isUnchanged);
  const lines = [
    ...plan.functions.filter((fn) => !isUnchanged(fn)).flatMap(functionLines),
    ...plan.removals.flatMap((fn) => removalLines(fn)),
    ...unchanged.map(({ desired }) => `${pc.dim('=')} ${desired.name.padEnd(nameWidth)} ${pc.dim('unchanged')}`),
    '',
    totals(plan, unchanged.length),
  ];
  const notes = [
    ...service.functions.flatMap((fn) => fn.notes),
    ...plan.kept.map((what) => `${what} is no longer in serverless.yml and stays; --prune deletes it.`),
  ];
  return notes.length === 0 ? lines : [...lines, '', ...notes.map((note) => `${pc.yellow('note')} ${note}`)];
}

const nameWidth = 26;

function functionLines(fn: FunctionPlan): string[] {
  const { desired, account, code, settings, asyncInvoke, triggers } = fn;
  const head = account
    ? `${pc.yellow('~')} ${desired.name.padEnd(nameWidth)} ${pc.yellow('update')}`
    : `${pc.green('+')} ${desired.name.padEnd(nameWidth)} ${pc.green('create')}`;
  const changes = [...(account ? [] : creation(desired)), ...(code ? [code] : []), ...settings, ...asyncInvoke];
  return [head, ...changes.map(({ what, text }) => row(what, text)), ...triggers.map(triggerLine)];
}

function creation({ code, settings, variables, secrets }: DesiredFunction) {
  const { runtime, memory_size, timeout, app_xrole } = settings;
  const agency = app_xrole ? `agency ${app_xrole}` : 'no agency';
  const names = (kind: string, all: Readonly<Record<string, string>>) =>
    Object.keys(all).length === 0 ? [] : [{ what: kind, text: Object.keys(all).join(', ') }];
  return [
    { what: 'code', text: `${kilobytes(code.zip.length)}, sha256 ${code.sha256.slice(0, 12)}` },
    { what: 'settings', text: `${runtime}, ${memory_size} MB, ${timeout} s, ${agency}` },
    ...names('variables', variables),
    ...names('encrypted', secrets),
  ];
}

function row(what: string, text: string): string {
  return `    ${what.padEnd(20)} ${text}`;
}

function triggerLine(step: TriggerStep): string {
  const [kind = '', ...rest] = step.label.split(' ');
  const label = rest.join(' ');
  switch (step.kind) {
    case 'create':
      return row(`+ ${kind}`, `${label}  ${details(step.request)}`);
    case 'replace':
      return row(`± ${kind}`, `${label}  replaced, FunctionGraph cannot change it: ${step.why}`);
    case 'status':
      return row(`~ ${kind}`, `${label}  ${step.status}`);
    case 'delete':
      return row(`- ${kind}`, label);
  }
}

function details({ trigger_type_code, trigger_status, event_data }: CreateTriggerRequest): string {
  if (trigger_type_code === 'TIMER') {
    return `${event_data.schedule_type} ${event_data.schedule}${trigger_status === 'DISABLED' ? ' (DISABLED)' : ''}`;
  }
  return `${trigger_type_code} group ${event_data.group_id}, auth ${event_data.auth}`;
}

function removalLines({ name, triggers }: AccountFunction): string[] {
  return [
    `${pc.red('-')} ${name.padEnd(nameWidth)} ${pc.red('delete')}`,
    ...triggers.map((trigger) => {
      const [kind = '', ...rest] = labelOfTrigger(trigger).split(' ');
      return row(`- ${kind}`, rest.join(' '));
    }),
  ];
}

function totals({ functions, removals }: Plan, unchanged: number): string {
  const created = functions.filter((fn) => !fn.account).length;
  const counts = [
    [created, 'to create'],
    [functions.length - created - unchanged, 'to update'],
    [removals.length, 'to delete'],
    [unchanged, 'unchanged'],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}

/** What a removal will delete. */
export function removalPlanLines(functions: readonly AccountFunction[]): string[] {
  return [...functions.flatMap(removalLines), '', `${functions.length} to delete`];
}
