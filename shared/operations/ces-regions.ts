import { UnsupportedRegionError } from '../client/errors.js';

/** LA-Buenos Aires1 and LA-Lima1: there Cloud Eye has no agent tasks (CES pages, "Constraints"). */
const WITHOUT_AGENT_TASKS = ['sa-argentina-1', 'sa-peru-1'];

/** @throws UnsupportedRegionError before anything is sent */
export function refuseRegionWithoutAgentTasks(operation: string, region: string | undefined): void {
  if (region !== undefined && WITHOUT_AGENT_TASKS.includes(region)) throw new UnsupportedRegionError(operation, region);
}
