import type { CloudCall } from '../../../shared/client/cloud-client.js';
import { CloudTimeoutError } from '../../../shared/client/errors.js';

export const upstream = { service: 'ces' };
export const noon = Date.UTC(2026, 10, 21, 12);
/** A clock that stands still at noon. */
export const timing = { now: () => noon, sleep: async () => undefined };
export const lost = () => new CloudTimeoutError('late.', 'unknown', upstream);
export const queryOf = (call: CloudCall) => Object.fromEntries(call.query ?? []);
/** A task of the list, made just after noon. */
export const task = (instance_id: string, more: object = {}) => ({
  instance_id,
  invocation_id: `task-${instance_id}`,
  invocation_type: 'INSTALL',
  create_time: noon + 50,
  ...more,
});
