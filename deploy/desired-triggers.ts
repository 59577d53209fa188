import type { DeployableFunction, DeployableRoute } from '../serverless/deployable.js';
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
    event_data: {
      name: route.name,
      group_id: route.groupId,
      env_id: route.envId,
      env_name: route.envName,
      auth: route.auth,
      protocol: route.protocol,
      path: route.path,
      req_method: route.method,
      match_mode: route.matchMode,
      backend_type: 'FUNCTION',
      type: 1,
      ...(route.instanceId === undefined ? {} : { instance_id: route.instanceId }),
      ...(route.slDomain === undefined ? {} : { sl_domain: route.slDomain }),
      // In ms.
      func_info: { function_urn: latest(urn), invocation_type: 'sync', timeout: route.timeoutMs },
    },
  };
}

function ofTimer({ name, scheduleType, schedule, userEvent, active }: ServiceTimer): CreateTriggerRequest {
  return {
    trigger_type_code: 'TIMER',
    trigger_status: active ? 'ACTIVE' : 'DISABLED',
    event_data: { name, schedule_type: scheduleType, schedule, user_event: userEvent },
  };
}
