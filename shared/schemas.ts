// The public entry `@fleetbatch/shared/schemas`.
export {
  createIefJobAnswer,
  createInvocationsAnswer,
  listInvocationsAnswer,
  problemAnswer,
  receiveBatchtaskAnswer,
  startStopAnswer,
} from './schemas/answers.js';
export {
  type BatchCreateReply,
  type BatchCreateRequest,
  batchCreateReply,
  batchCreateRequest,
  type CreateInvocationsInput,
  createInvocationsInput,
  type InvocationItem,
  invocationItem,
  ORIGINS,
  VERSION_TYPES,
} from './schemas/ces-create-invocations.js';
export { INVOCATION_TARGETS, INVOCATION_TYPES } from './schemas/ces-invocation-words.js';
export {
  INSTANCE_TYPES,
  INVOCATION_STATUSES,
  type InvocationInfo,
  invocationInfo,
  type ListInvocationsInput,
  type ListReply,
  listInvocationsInput,
  listReply,
} from './schemas/ces-list-invocations.js';
export { remoteInstallHost } from './schemas/ces-remote-install.js';
export { type Checked, checkInput, type InputError } from './schemas/check-input.js';
export { type ErrorBody, readErrorBody } from './schemas/error-body.js';
export {
  type BatchJobReply,
  type BatchJobRequest,
  batchJobReply,
  batchJobRequest,
  type CreateIefJobInput,
  createIefJobInput,
  JOB_TYPES,
  TARGET_TYPES,
} from './schemas/ief-jobs.js';
export {
  type BatchTaskUpdate,
  type BatchtaskEvent,
  type BatchtaskPush,
  type BatchtaskState,
  batchTaskUpdate,
  batchtaskPush,
  type NormalisedPush,
  normaliseBatchtaskPush,
} from './schemas/iotda-batchtask-push.js';
export { ON_UNKNOWN } from './schemas/on-unknown.js';
export {
  ACTIONS,
  type OperateTasksReply,
  type OperateTasksRequest,
  operateTasksReply,
  operateTasksRequest,
  type StartStopInput,
  startStopInput,
  type TaskResult,
  taskResult,
} from './schemas/roma-tasks.js';
