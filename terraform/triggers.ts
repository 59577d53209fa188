import type { DeployableFunction } from '../serverless/deployable.js';
import { routeEventData, timerEventData } from '../serverless/event-data.js';
import type { ServiceTimer } from '../serverless/service-file.js';
import { holdsSecret } from '../serverless/template.js';
import { expression } from './escape.js';
import { type Json, urnOf } from './functions.js';
import { identifier } from './names.js';

/** One `huaweicloud_fgs_function_trigger`: its arguments, and the data that it encodes, which stands among the locals. */
export interface Trigger {
  readonly name: string;
  readonly arguments: Json;
  readonly eventData: Json;
}

/** The triggers of a function (provider's page docs/resources/fgs_function_trigger.md; API page functiongraph_06_0122). */
export function triggersOf(fn: DeployableFunction): Trigger[] {
  const routes = fn.routes
    .filter(({ active }) => active)
    .map((route) => trigger(fn, route, route.gateway, routeEventData(route, urnOf(fn.name))));
  const timers = fn.timers.map((timer) => {
    const made = trigger(fn, timer, 'TIMER', timerData(timer));
    return { ...made, arguments: { ...made.arguments, status: timer.active ? 'ACTIVE' : 'DISABLED' } };
  });
  return [...routes, ...timers];
}

function trigger(fn: DeployableFunction, { name }: { readonly name: string }, type: string, eventData: Json): Trigger {
  const encoded = expression(`jsonencode(local.event_data.${identifier(name)})`);
  return { name, arguments: { function_urn: urnOf(fn.name), type, event_data: encoded }, eventData };
}

function timerData(timer: ServiceTimer): Json {
  const isSecret = isSecretEvent(timer);
  return timerEventData(timer, isSecret ? expression(`var.${identifier(userEventVariable(timer))}`) : timer.userEvent);
}

/** True where the event of a timer must not be written down, for it holds a password. */
export function isSecretEvent({ userEvent }: ServiceTimer): boolean {
  return holdsSecret(userEvent);
}

/** What Terraform asks for in the place of such an event. */
export function userEventVariable({ name }: ServiceTimer): string {
  return `${name}_user_event`;
}
