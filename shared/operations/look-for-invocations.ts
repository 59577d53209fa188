import { listAgentInvocations } from '../client/ces.js';
import { realTiming } from '../client/timing.js';
import type { InvocationInfo } from '../schemas/ces-list-invocations.js';
import type { JoinKey } from './join-invocations.js';
import { type Finding, lookAtEach } from './look.js';
import { onlyOneSince } from './made-since.js';
import type { OperationContext } from './operation.js';

/** Which tasks may have been created without an answer. */
export interface Doubt {
  /** The ids in doubt, each with the first moment in which its call can have created a task, epoch milliseconds. */
  readonly since: ReadonlyMap<string, number>;
  /** When the calls were given up, epoch milliseconds; now, unless it is given. */
  readonly until?: number | undefined;
  /** What the ids are ids of. */
  readonly key: JoinKey;
  readonly invocation_type: string;
  /** Tasks that an answered row already speaks of. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Looks for the tasks that calls without an answer may have created (CES list page; it has no filter for time). A task is
 * taken for ours only where it is of the asked type and the only one that is newer than the call by the cloud's
 * `create_time` in ms. Reads only, and never throws.
 *
 * RETRY and ROLLBACK name a task, and whether they give it a new id is not confirmed: the task itself counts where it was
 * created anew, else a new task of the same server. Its state alone proves nothing, it may have moved by itself.
 */
export async function lookForInvocations(
  doubt: Doubt,
  context: LookContext,
): Promise<ReadonlyMap<string, Finding<InvocationInfo>>> {
  const until = doubt.until ?? (context.timing ?? realTiming).now();
  const look = doubt.key === 'instance_id' ? lookByInstance : lookByTask;
  return withoutShared(
    await lookAtEach([...doubt.since.keys()], (id) => look(id, { ...doubt, until }, context), context),
  );
}

type LookContext = Pick<OperationContext, 'cloud' | 'log' | 'timing' | 'remainingMs'>;
type PastDoubt = Doubt & { readonly until: number };
type Look = (
  id: string,
  doubt: PastDoubt,
  context: Pick<OperationContext, 'cloud'>,
) => Promise<Finding<InvocationInfo>>;

const lookByInstance: Look = async (instanceId, doubt, context) => {
  const { invocation_type } = doubt;
  const { invocations } = await listAgentInvocations(context.cloud, {
    instance_id: instanceId,
    invocation_type,
    limit: 100,
  });
  const ofServer = invocations.filter((row) => row.instance_id === instanceId);
  return createdSince(ofServer, doubt.since.get(instanceId), doubt);
};

const lookByTask: Look = async (invocationId, doubt, context) => {
  const since = doubt.since.get(invocationId);
  const { invocations } = await listAgentInvocations(context.cloud, { invocation_id: invocationId, limit: 100 });
  const named = invocations.filter((row) => row.invocation_id === invocationId);
  const anew = createdSince(named, since, doubt);
  const instanceId = named[0]?.instance_id;
  if ('found' in anew || !instanceId) return anew;
  const byInstance = { ...doubt, since: new Map([[instanceId, since ?? Number.POSITIVE_INFINITY]]) };
  return lookByInstance(instanceId, byInstance, context);
};

function createdSince(
  rows: readonly InvocationInfo[],
  since = Number.POSITIVE_INFINITY,
  { invocation_type, taken, until }: PastDoubt,
): Finding<InvocationInfo> {
  const candidates = rows.filter(
    (row) => (row.invocation_type ?? invocation_type) === invocation_type && !taken.has(row.invocation_id ?? ''),
  );
  return onlyOneSince(candidates, (row) => row.create_time ?? undefined, { since, until }, 'a task of this type');
}

/** Two tasks of one server can be retried in one call: a single new task of it then is that of either. */
function withoutShared(
  findings: ReadonlyMap<string, Finding<InvocationInfo>>,
): ReadonlyMap<string, Finding<InvocationInfo>> {
  const claims = new Map<unknown, number>();
  for (const finding of findings.values()) {
    if ('found' in finding) claims.set(finding.found.invocation_id, (claims.get(finding.found.invocation_id) ?? 0) + 1);
  }
  const shared = { notFound: 'Looked: one new task fits several of the ids, so whose it is cannot be told.' };
  return new Map(
    [...findings].map(([id, finding]) => [
      id,
      'found' in finding && claims.get(finding.found.invocation_id) !== 1 ? shared : finding,
    ]),
  );
}
