import type { DeployableRoute } from './deployable.js';
import type { ServiceTimer } from './service-file.js';

/**
 * The `event_data` of a route's trigger, in the words of the API (page functiongraph_06_0122) that Terraform's provider takes as they are.
 * @param functionUrn of the function behind it, or what stands for it
 */
export function routeEventData(route: DeployableRoute, functionUrn: string) {
  return {
    name: route.name,
    group_id: route.groupId,
    ...(route.instanceId ? { instance_id: route.instanceId } : {}),
    env_id: route.envId,
    env_name: route.envName,
    auth: route.auth,
    protocol: route.protocol,
    path: route.path,
    req_method: route.method,
    match_mode: route.matchMode,
    backend_type: 'FUNCTION',
    type: 1,
    ...(route.slDomain ? { sl_domain: route.slDomain } : {}),
    // In ms.
    func_info: { function_urn: functionUrn, timeout: route.timeoutMs, invocation_type: 'sync' },
  };
}

/** The `event_data` of a timer's trigger. @param userEvent its text, or what stands for it */
export function timerEventData({ name, scheduleType, schedule }: ServiceTimer, userEvent: string) {
  return { name, schedule_type: scheduleType, schedule, user_event: userEvent };
}
