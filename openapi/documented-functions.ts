import type * as z from 'zod/mini';
import { advanceInput } from '../shared/chains/advance-input.js';
import { listRunsInput, retryRunInput, runChainInput, runIdInput } from '../shared/chains/run-inputs.js';
import {
  advanceAnswer,
  createIefJobAnswer,
  createInvocationsAnswer,
  listInvocationsAnswer,
  receiveBatchtaskAnswer,
  reconcileAnswer,
  showIefJobAnswer,
  startStopAnswer,
} from '../shared/schemas/answers.js';
import { createInvocationsInput } from '../shared/schemas/ces-create-invocations.js';
import { listInvocationsInput } from '../shared/schemas/ces-list-invocations.js';
import {
  chainRunAnswer,
  listChainRunsAnswer,
  runChainAnswer,
  showChainRunAnswer,
} from '../shared/schemas/chain-answers.js';
import { createIefJobInput, showIefJobInput } from '../shared/schemas/ief-jobs.js';
import { batchtaskPush } from '../shared/schemas/iotda-batchtask-push.js';
import { startStopInput } from '../shared/schemas/roma-tasks.js';
import type { ProblemStatus } from './problems.js';

/** What cannot be read from serverless.yml about a function: its schemas, and the cloud's name for what it does. */
export interface DocumentedFunction {
  /** The cloud's operations that it carries out, by the names that its log lines have. */
  readonly operations: readonly string[];
  readonly input: z.ZodMiniType;
  /** Rules that the input schema checks across several fields, which JSON Schema cannot say. One sentence each. */
  readonly rules?: readonly string[];
  /** Headers that mean something to the function. */
  readonly headers?: Readonly<Record<string, string>>;
  /** True where the function heeds an Idempotency-Key. */
  readonly heedsKeys?: true;
  /** True where a push of the platform comes in: it gets 200 whatever is wrong with it. */
  readonly receivesPushes?: true;
  /** True where the path says all that is needed, so that the body may be empty. */
  readonly bodyOptional?: true;
  /** The body of every success. */
  readonly answer: z.ZodMiniType;
  /** What each HTTP status of a success says. */
  readonly successes: Readonly<Record<number, string>>;
  /** The statuses of its problem documents; those of a function that calls a cloud where it is left out. */
  readonly problems?: readonly ProblemStatus[];
}

/** What a function that changes runs can answer besides; 504 is that of an Idempotency-Key alone. */
const ofSteering: readonly ProblemStatus[] = [400, 404, 409, 415, 422, 500, 503, 504];

/**
 * The one place where a new function names its schemas: by its name in serverless.yml. The OpenAPI document and the manifest
 * of the bundles are made from this, from serverless.yml and from nothing else; the build refuses a function that is missing.
 */
export const documentedFunctions: Readonly<Record<string, DocumentedFunction>> = {
  'create-invocations': {
    operations: ['BatchCreateAgentInvocations'],
    input: createInvocationsInput,
    rules: [
      'INSTALL and UPDATE need instance_ids and take no other list.',
      'ROLLBACK and RETRY need invocation_ids and take no other list.',
      'The other types need remote_install_meta or instance_ids with at least one entry, and at most 100 entries each where both are given.',
    ],
    heedsKeys: true,
    answer: createInvocationsAnswer,
    successes: {
      201: 'Every task was created.',
      207: 'At least one item failed or had no answer (ret_status "unanswered").',
    },
  },
  'list-invocations': {
    operations: ['ListAgentInvocations'],
    input: listInvocationsInput,
    rules: [
      'invocation_status and all walk all pages; limit is then the size of a page and offset the place to start.',
      'Everything else is one page of the cloud.',
    ],
    answer: listInvocationsAnswer,
    successes: { 200: 'One page, or all tasks that fit.' },
  },
  'create-ief-job': {
    operations: ['CreateBatchJob'],
    input: createIefJobInput,
    rules: [
      'job_content.task_data is mandatory for deployment_deploy and deployment_upgrade and refused for node_upgrade.',
      'It is an object with a top-level "deployment" object, or that object as JSON text.',
    ],
    heedsKeys: true,
    answer: createIefJobAnswer,
    successes: { 201: 'The job was created; it runs later.' },
  },
  'show-ief-job': {
    operations: ['ShowBatchJob'],
    input: showIefJobInput,
    rules: [
      'summary is counted from tasks, for the counters of the cloud stand the wrong way round.',
      'task_data is left out, because it may hold secrets.',
    ],
    answer: showIefJobAnswer,
    successes: { 200: 'The job, with what became of each of its targets.' },
  },
  'start-stop-roma-tasks': {
    operations: ['BatchStartOrStopTasks'],
    input: startStopInput,
    rules: ['Without instance_id the setting ROMA_INSTANCE_ID counts.'],
    heedsKeys: true,
    answer: startStopAnswer,
    successes: {
      200: 'Every task was accepted; it starts or stops later.',
      207: 'failure or unanswered is not empty.',
    },
  },
  'receive-batchtask': {
    operations: ['PushBatchTaskStatus'],
    input: batchtaskPush,
    rules: [
      'The task stands in notify_data.body, as an object or as JSON text, or in notify_data itself; it needs task_id and status.',
      'A body that breaks a rule is answered 200 with accepted: false and the reason.',
    ],
    headers: {
      timestamp: 'Part of the signature of the push.',
      nonce: 'Part of the signature of the push.',
      signature: 'SHA-256 in hex over token, timestamp and nonce; checked where IOTDA_PUSH_TOKEN is set.',
    },
    receivesPushes: true,
    answer: receiveBatchtaskAnswer,
    successes: { 200: 'Every authentic push, also one that is ignored.' },
    problems: [401, 500, 503],
  },
  'advance-chains': {
    operations: ['AdvanceChains'],
    input: advanceInput,
    rules: ['It has no route: its timers call it, and a push that started a chain.'],
    answer: advanceAnswer,
    successes: { 200: 'What was due is done, as far as the time went.' },
  },
  'reconcile-batchtasks': {
    operations: ['ReconcileBatchtasks'],
    input: advanceInput,
    rules: ['It has no route: its timer calls it.'],
    answer: reconcileAnswer,
    successes: {
      200: 'The quiet tasks were asked for.',
      207: 'At least one could not be read; it is asked for again.',
    },
  },
  'list-chain-runs': {
    operations: ['ListChainRuns'],
    input: listRunsInput,
    rules: [
      'Newest first. from counts and to does not; both are times with a zone, dates, or milliseconds since the epoch.',
    ],
    answer: listChainRunsAnswer,
    successes: { 200: 'One page of the runs, and how many there are in all.' },
    problems: [400, 500, 503],
  },
  'show-chain-run': {
    operations: ['ShowChainRun'],
    input: runIdInput,
    answer: showChainRunAnswer,
    successes: { 200: 'The run with its steps and attempts.' },
    problems: [400, 404, 500, 503],
  },
  'retry-chain-run': {
    operations: ['RetryChainRun'],
    input: retryRunInput,
    rules: ['What was done is not done again. unknown says what became of steps whose outcome nobody knows.'],
    heedsKeys: true,
    bodyOptional: true,
    answer: chainRunAnswer,
    successes: { 200: 'The run goes on.' },
    problems: ofSteering,
  },
  'cancel-chain-run': {
    operations: ['CancelChainRun'],
    input: runIdInput,
    rules: ['A call that is under way is not called back.'],
    heedsKeys: true,
    bodyOptional: true,
    answer: chainRunAnswer,
    successes: { 200: 'The run is cancelled.' },
    problems: ofSteering,
  },
  'run-chain': {
    operations: ['RunChain'],
    input: runChainInput,
    rules: ['Any chain can be started by hand. input is another word for event.'],
    heedsKeys: true,
    bodyOptional: true,
    answer: runChainAnswer,
    successes: { 200: 'A dry run: what would be called.', 201: 'The chain was started.' },
    problems: ofSteering,
  },
};

/** Functions without an entry above. The message is what to do, one sentence for each. */
export class UndocumentedFunctionError extends Error {
  override readonly name = 'UndocumentedFunctionError';

  constructor(names: readonly string[]) {
    const remedy = 'name its operations and schemas there.';
    super(
      names
        .map((name) => `openapi/documented-functions.ts lacks ${name}, which serverless.yml lists: ${remedy}`)
        .join('\n'),
    );
  }
}

/** The entry of a function. @throws UndocumentedFunctionError */
export function documented({ name }: { readonly name: string }): DocumentedFunction {
  const entry = documentedFunctions[name];
  if (!entry) throw new UndocumentedFunctionError([name]);
  return entry;
}
