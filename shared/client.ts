/** The public entry `@fleetbatch/shared/client`. */
export {
  batchCreateAgentInvocations,
  type CreatedInvocations,
  type ListedInvocations,
  listAgentInvocations,
} from './client/ces.js';
export type { CloudCall, CloudClient, CloudReply, CloudService } from './client/cloud-client.js';
export { type Auth, type CloudClientOptions, createCloudClient } from './client/create-cloud-client.js';
export type { Credentials } from './client/credentials.js';
export type { AttemptReport } from './client/deliver.js';
export { type EndpointSettings, endpointFor } from './client/endpoints.js';
export {
  CloudAuthError,
  CloudConnectionError,
  CloudFailedError,
  CloudRejectedError,
  CloudReplyError,
  CloudThrottledError,
  CloudTimeoutError,
  type FieldError,
  FleetbatchError,
  InvalidInputError,
  InvalidSettingError,
  MissingSettingError,
  type Outcome,
  UnsupportedRegionError,
  type Upstream,
} from './client/errors.js';
export { type FunctionUrnParts, functionUrn } from './client/function-urn.js';
export { type InvokedFunction, invokeFunction, invokeFunctionAsync } from './client/functiongraph.js';
export {
  createFunction,
  deleteFunction,
  findFunction,
  listFunctions,
  updateFunctionCode,
  updateFunctionConfig,
} from './client/functiongraph-functions.js';
export { createBatchJob, listNewestBatchJobs } from './client/ief.js';
export { destroyPools } from './client/pools.js';
export type { RetryBudget } from './client/retry-budget.js';
export { batchStartOrStopTasks, listTasksById, type OperatedTasks } from './client/roma.js';
export { type SignableRequest, type SignedHeaders, type SigningOptions, sign } from './client/sign.js';
export type { Timing } from './client/timing.js';
export { fixedToken, type IamTokenOptions, iamTokenSource, type TokenSource } from './client/token.js';
export type { DerivedScope } from './client/v11-hmac-sha256.js';
