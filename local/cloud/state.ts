import * as z from 'zod/mini';
import { type FgsFunction, fgsFunction } from './functiongraph-state.js';

/**
 * Everything the emulated cloud remembers. One schema per table: the types come from them, and a snapshot read from
 * disk is checked by them. Life-cycle states are not stored: they follow from times and the clock.
 */
const agentInvocation = z.object({
  invocation_id: z.string(),
  instance_id: z.string(),
  invocation_type: z.string(),
  invocation_target: z.string(),
  current_version: z.string(),
  target_version: z.string(),
  /** Epoch ms. */
  create_time: z.number(),
  /** How it will end. */
  outcome: z.enum(['SUCCEEDED', 'FAILED', 'TIMEOUT']),
  /** The invocation that rolls this one back. */
  rolled_back_by: z.optional(z.string()),
  /** How often the same work was run before (RETRY). */
  run: z.number(),
});

const extensions = z.array(z.record(z.string(), z.unknown()));

const iefJob = z.object({
  job_id: z.string(),
  job_name: z.string(),
  job_type: z.string(),
  /** '' is the professional edition, which sends no ief-instance-id. */
  ief_instance_id: z.string(),
  description: z.string(),
  tags: z.array(z.unknown()),
  target_type: z.string(),
  /** Kept and echoed as the very string that was sent. */
  task_data: z.optional(z.string()),
  /** Epoch ms; the API shows seconds. */
  created_ms: z.number(),
  tasks: z.array(
    z.object({
      task_id: z.string(),
      task_name: z.string(),
      target_id: z.string(),
      extension_info: extensions,
      fails: z.boolean(),
    }),
  ),
});

const fdiTask = z.object({
  /** `instance/task`: the same task ids exist in every ROMA instance. */
  key: z.string(),
  instance_id: z.string(),
  task_id: z.string(),
  task_name: z.string(),
  task_type: z.enum(['realtime', 'timing']),
  has_plan: z.boolean(),
  /** False: its data source cannot be reached, so a start fails (FDI.3016). */
  reachable: z.boolean(),
  status: z.enum(['stop', 'running']),
  execute_status: z.string(),
  /** Epoch ms. */
  created_ms: z.number(),
});

const routingRule = z.object({
  rule_id: z.string(),
  rule_name: z.string(),
  description: z.string(),
  subject: z.object({ resource: z.string(), event: z.string() }),
  app_type: z.string(),
  app_id: z.optional(z.string()),
  active: z.boolean(),
});

const ruleAction = z.object({
  action_id: z.string(),
  rule_id: z.string(),
  app_id: z.optional(z.string()),
  url: z.string(),
  signature_enable: z.boolean(),
  /** Secret: never shown by the API nor under /_local/. */
  token: z.optional(z.string()),
});

const batchTask = z.object({
  task_id: z.string(),
  app_id: z.string(),
  task_name: z.string(),
  task_type: z.string(),
  document: z.optional(z.unknown()),
  created_ms: z.number(),
  sub_tasks: z.array(z.object({ target: z.string(), known: z.boolean(), stopped: z.boolean() })),
  /** Past and future changes of status, oldest first, `at` in epoch ms; the newest that is due is the status. */
  changes: z.array(z.object({ status: z.string(), at: z.number() })),
  /** How many of the changes were handed to the forwarding rules. */
  announced: z.number(),
});

const temporaryCredentials = z.object({
  ak: z.string(),
  sk: z.string(),
  security_token: z.string(),
  /** The agency or user they act for. */
  owner: z.string(),
  expires_at: z.number(),
});

const issuedToken = z.object({ token: z.string(), owner: z.string(), issued_at: z.number(), expires_at: z.number() });

/** The form of a saved state. */
export const snapshotSchema = z.object({
  format: z.literal('fleetbatch-cloud/1'),
  clock_offset_ms: z.number(),
  invocations: z.array(agentInvocation),
  jobs: z.array(iefJob),
  fdi_tasks: z.array(fdiTask),
  rules: z.array(routingRule),
  actions: z.array(ruleAction),
  batch_tasks: z.array(batchTask),
  credentials: z.array(temporaryCredentials),
  tokens: z.array(issuedToken),
  /** Absent in what an older version saved. */
  functions: z._default(z.array(fgsFunction), []),
});

export type Snapshot = z.infer<typeof snapshotSchema>;
export type AgentInvocation = z.infer<typeof agentInvocation>;
export type IefJob = z.infer<typeof iefJob>;
export type FdiTask = z.infer<typeof fdiTask>;
export type RoutingRule = z.infer<typeof routingRule>;
export type RuleAction = z.infer<typeof ruleAction>;
export type BatchTask = z.infer<typeof batchTask>;
export type TemporaryCredentials = z.infer<typeof temporaryCredentials>;
export type IssuedToken = z.infer<typeof issuedToken>;

/** The tables in memory, each by its id, oldest first. */
export interface State {
  clockOffsetMs: number;
  readonly invocations: Map<string, AgentInvocation>;
  readonly jobs: Map<string, IefJob>;
  readonly fdiTasks: Map<string, FdiTask>;
  readonly rules: Map<string, RoutingRule>;
  readonly actions: Map<string, RuleAction>;
  readonly batchTasks: Map<string, BatchTask>;
  readonly credentials: Map<string, TemporaryCredentials>;
  readonly tokens: Map<string, IssuedToken>;
  readonly functions: Map<string, FgsFunction>;
}

/** A state with nothing in it. */
export function emptyState(): State {
  return {
    clockOffsetMs: 0,
    invocations: new Map(),
    jobs: new Map(),
    fdiTasks: new Map(),
    rules: new Map(),
    actions: new Map(),
    batchTasks: new Map(),
    credentials: new Map(),
    tokens: new Map(),
    functions: new Map(),
  };
}

/** The state as plain data. */
export function toSnapshot(state: State): Snapshot {
  return {
    format: 'fleetbatch-cloud/1',
    clock_offset_ms: state.clockOffsetMs,
    invocations: [...state.invocations.values()],
    jobs: [...state.jobs.values()],
    fdi_tasks: [...state.fdiTasks.values()],
    rules: [...state.rules.values()],
    actions: [...state.actions.values()],
    batch_tasks: [...state.batchTasks.values()],
    credentials: [...state.credentials.values()],
    tokens: [...state.tokens.values()],
    functions: [...state.functions.values()],
  };
}

/** Puts plain data in place of whatever the state held; the state object itself stays, services hold it. */
export function fillState(state: State, snapshot: Snapshot): void {
  state.clockOffsetMs = snapshot.clock_offset_ms;
  refill(state.invocations, snapshot.invocations, (row) => row.invocation_id);
  refill(state.jobs, snapshot.jobs, (row) => row.job_id);
  refill(state.fdiTasks, snapshot.fdi_tasks, (row) => row.key);
  refill(state.rules, snapshot.rules, (row) => row.rule_id);
  refill(state.actions, snapshot.actions, (row) => row.action_id);
  refill(state.batchTasks, snapshot.batch_tasks, (row) => row.task_id);
  refill(state.credentials, snapshot.credentials, (row) => row.ak);
  refill(state.tokens, snapshot.tokens, (row) => row.token);
  refill(state.functions, snapshot.functions, (row) => row.func_name);
}

function refill<Row>(table: Map<string, Row>, rows: readonly Row[], idOf: (row: Row) => string): void {
  table.clear();
  for (const row of rows) table.set(idOf(row), row);
}
