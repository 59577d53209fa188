import type { AsyncDestination, AsyncInvoke } from '../serverless/deployable.js';
import type { AsyncInvokeConfigRequest } from '../shared/client/functiongraph-functions.js';
import { latest } from './desired.js';

/**
 * The asynchronous configuration as the API wants it (page functiongraph_06_0142); `param` is JSON inside JSON there.
 * @param urnOf the URN of a function of the service by its name
 */
export function asyncInvokeOf(config: AsyncInvoke, urnOf: (name: string) => string): AsyncInvokeConfigRequest {
  const { retryAttempts, eventAgeSeconds, onSuccess, onFailure } = config;
  const destinations = {
    ...(onSuccess ? { on_success: destinationOf(onSuccess, urnOf) } : {}),
    ...(onFailure ? { on_failure: destinationOf(onFailure, urnOf) } : {}),
  };
  return {
    ...(eventAgeSeconds === undefined ? {} : { max_async_event_age_in_seconds: eventAgeSeconds }),
    ...(retryAttempts === undefined ? {} : { max_async_retry_attempts: retryAttempts }),
    ...(onSuccess || onFailure ? { destination_config: destinations } : {}),
  };
}

function destinationOf(to: AsyncDestination, urnOf: (name: string) => string) {
  const param = to.destination === 'FunctionGraph' ? { func_urn: latest(urnOf(to.functionName)) } : to.param;
  return { destination: to.destination, param: JSON.stringify(param) };
}
