import { withoutNames } from '../serverless/route-path.js';
import type { CreateTriggerRequest } from '../shared/client/functiongraph-triggers.js';
import type { FunctionTrigger } from '../shared/schemas/functiongraph.js';
import { isRecord } from '../shared/schemas/rules.js';
import type { AccountState } from './account-state.js';
import type { FunctionPlan, TriggerStep } from './plan-steps.js';

type EventData = Readonly<Record<string, unknown>>;

/** Fields of `event_data` that are compared; what the platform does not show is taken for equal. */
const timerFields = ['schedule_type', 'schedule', 'user_event'];
const routeFields = [
  'path',
  'group_id',
  'env_id',
  'auth',
  'protocol',
  'name',
  'match_mode',
  'instance_id',
  'sl_domain',
  'timeout',
];

/**
 * What has to be done about the triggers of one function, those among it that are only on the account as `delete`.
 * UpdateTrigger changes nothing but the status of these types (page functiongraph_06_0124): everything else is replaced, by its own and with the reason.
 */
export function planTriggers(
  wanted: readonly CreateTriggerRequest[],
  there: readonly FunctionTrigger[],
): TriggerStep[] {
  const ours = there.filter((trigger) => isKnownType(trigger.trigger_type_code));
  const keys = wanted.map((request) => placeOf(labelOfRequest(request)));
  const steps = wanted.flatMap((request, i): TriggerStep[] => {
    const [old, ...twins] = ours.filter((trigger) => placeOf(labelOfTrigger(trigger)) === keys[i]);
    return [...(old ? stepFor(request, old) : [create(request)]), ...twins.map(remove)];
  });
  return [...steps, ...ours.filter((trigger) => !keys.includes(placeOf(labelOfTrigger(trigger)))).map(remove)];
}

function create(request: CreateTriggerRequest): TriggerStep {
  return { kind: 'create', label: labelOfRequest(request), request };
}

function remove(old: FunctionTrigger): TriggerStep {
  return { kind: 'delete', label: labelOfTrigger(old), old };
}

function stepFor(request: CreateTriggerRequest, old: FunctionTrigger): TriggerStep[] {
  const { trigger_type_code: type, trigger_status: status = 'ACTIVE', event_data } = request;
  const label = labelOfRequest(request);
  const why = differences(type, flat(event_data), flat(old.event_data ?? {}));
  if (old.trigger_type_code !== type) why.unshift(`gateway ${old.trigger_type_code} → ${type}`);
  if (why.length > 0) return [{ kind: 'replace', label, request, old, why: why.join(', ') }];
  if (type === 'TIMER' && isActive(old) !== (status === 'ACTIVE')) return [{ kind: 'status', label, old, status }];
  return [];
}

/** Another spelling of the page is DISABLE. */
function isActive({ trigger_status }: FunctionTrigger): boolean {
  return (trigger_status ?? 'ACTIVE') === 'ACTIVE';
}

function differences(type: string, wanted: EventData, there: EventData): string[] {
  const fields = type === 'TIMER' ? timerFields : routeFields;
  return fields.flatMap((field) => {
    const before = there[field];
    const after = wanted[field] ?? '';
    if (before === undefined || before === null || String(before) === String(after)) return [];
    // The input of a timer may be long, and is nobody's business in a log.
    if (field === 'user_event') return ['user_event changed'];
    return [`${field} ${before || 'none'} → ${after || 'none'}`];
  });
}

/** The time that the gateway waits stands one level deeper, and an API's name may have two names. */
function flat(data: EventData): EventData {
  const { func_info, name, api_name } = data;
  const timeout = isRecord(func_info) ? func_info.timeout : undefined;
  return { ...data, name: name ?? api_name, timeout };
}

function isKnownType(type: string | null | undefined): boolean {
  return type === 'TIMER' || type === 'APIG' || type === 'DEDICATEDGATEWAY';
}

/** `timer NAME` or `route METHOD PATH`; of another type its name and id. */
export function labelOfTrigger(trigger: FunctionTrigger): string {
  const { trigger_type_code: type, trigger_id, event_data = {} } = trigger;
  return isKnownType(type) ? labelOf(type ?? '', event_data) : `${type} ${trigger_id}`;
}

function labelOfRequest({ trigger_type_code, event_data }: CreateTriggerRequest): string {
  return labelOf(trigger_type_code, event_data);
}

/** What makes two triggers the same one: a timer's name; a route's method and path, whatever its parameters are called. */
function placeOf(label: string): string {
  return withoutNames(label);
}

function labelOf(type: string, { name, req_method, path }: EventData): string {
  return type === 'TIMER' ? `timer ${name}` : `route ${req_method} ${path}`;
}

/** Routes that the file gives to one function while another one still has them: the gateway has room for one. */
export function movedRoutes(functions: readonly FunctionPlan[], { leftovers }: AccountState): string[] {
  const owners = new Map<string, string>();
  for (const { desired, triggers } of functions) {
    for (const step of triggers) if (step.kind === 'delete') owners.set(placeOf(step.label), desired.name);
  }
  for (const { name, triggers } of leftovers)
    for (const old of triggers) owners.set(placeOf(labelOfTrigger(old)), name);
  return functions.flatMap(({ desired, triggers }) =>
    triggers.flatMap((step) => {
      const owner = owners.get(placeOf(step.label));
      if (step.kind !== 'create' || owner === undefined || !step.label.startsWith('route ')) return [];
      return [
        `The ${step.label} of ${desired.name} still belongs to ${owner} on the account. Deploy with --prune, which takes it away there first.`,
      ];
    }),
  );
}

/**
 * Routes that a deployment of another stage has in the same API group: a gateway has one API at a path. One that is replaced may be on its
 * way into that group, and would lose its old place before the new one is refused.
 * @param oneGateway true for a cloud that knows no groups
 */
export function takenRoutes(
  functions: readonly FunctionPlan[],
  { otherStages }: AccountState,
  oneGateway: boolean,
): string[] {
  const taken = otherStages.flatMap(({ name, triggers }) => triggers.map((trigger) => ({ name, trigger })));
  return functions.flatMap(({ desired, triggers }) =>
    triggers.flatMap((step) => {
      if ((step.kind !== 'create' && step.kind !== 'replace') || step.request.trigger_type_code === 'TIMER') return [];
      const { group_id } = step.request.event_data;
      const owner = taken.find(
        ({ trigger }) =>
          placeOf(labelOfTrigger(trigger)) === placeOf(step.label) &&
          (oneGateway || trigger.event_data?.group_id === group_id),
      );
      if (!owner) return [];
      const remedy = oneGateway
        ? 'This machine has one gateway: remove the other stage, or give the route another path.'
        : 'Give each stage an API group of its own: export another APIG_GROUP_ID.';
      return [`The ${step.label} of ${desired.name} is that of ${owner.name} in the same API group. ${remedy}`];
    }),
  );
}
