import type { DeployableFunction, DeployableRoute } from '../serverless/deployable.js';
import { routeEventData, timerEventData } from '../serverless/event-data.js';
import type { ServiceTimer } from '../serverless/service-file.js';
import type { CreateTriggerRequest } from '../shared/client/functiongraph-triggers.js';
import { latest } from './desired.js';

/** The triggers of a function as the API wants them (page functiongraph_06_0122). A DISABLED route is none: a gateway's trigger cannot be disabled. */
export function triggersOf(fn: DeployableFunction, urn: string): CreateTriggerRequest[] {
  return [...fn.routes.filter((route) => route.active).map((route) => ofRoute(route, urn)), ...fn.timers.map(ofTimer)];
}

function ofRoute(route: DeployableRoute, urn: string): CreateTriggerRequest {
  return {
    trigger_type_code: route.gateway,
    trigger_status: 'ACTIVE',
    event_data: routeEventData(route, latest(urn)),
  };
}

function ofTimer(timer: ServiceTimer): CreateTriggerRequest {
  return {
    trigger_type_code: 'TIMER',
    trigger_status: timer.active ? 'ACTIVE' : 'DISABLED',
    event_data: timerEventData(timer, timer.userEvent),
  };
}
