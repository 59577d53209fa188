import type { Timing } from '../client/timing.js';
import { iefInstanceOf } from '../operations/ief-instance.js';
import type { Finding } from '../operations/look.js';
import { lookAtTasks } from '../operations/look-at-roma-tasks.js';
import { lookForInvocations } from '../operations/look-for-invocations.js';
import { lookForJob } from '../operations/look-for-job.js';
import type { OperationContext } from '../operations/operation.js';
import { settingOf } from '../operations/setting.js';
import { romaInstanceId } from '../schemas/roma-tasks.js';
import { sentInput } from './decide.js';
import type { Follow, FollowedTask, LostItem } from './follow.js';
import { CesBoard } from './poll-ces.js';
import { IefBoard } from './poll-ief.js';
import { pollRoma } from './poll-roma.js';
import type { StepRow } from './records.js';
import { goesByTask, idsOf } from './started-work.js';

/** Looks at the clouds, reads only. */
export interface CloudLooks {
  /** The same work with the states of now, for each. Where a cloud cannot be read, its work comes back as it was. */
  poll(follows: readonly Follow[]): Promise<readonly Follow[]>;
  /** Looks for what a call in doubt may have started; what is found is in doubt no more. Never throws. */
  lookFor(step: StepRow, follow: Follow): Promise<Follow>;
}

type Context = Pick<OperationContext, 'cloud' | 'log' | 'setting'> & { readonly timing: Timing };

/** The looks of one pass, which share what they have read. */
export function cloudLooks(context: Context): CloudLooks {
  let board: CesBoard | undefined;
  const jobs = new Map<string | undefined, IefBoard>();

  async function pollGroup(group: readonly Follow[]): Promise<readonly Follow[]> {
    const [first] = group;
    if (!first) return [];
    try {
      const place = placeOf(first, context);
      if (first.kind === 'ief') {
        const listed = jobs.get(place) ?? new IefBoard(context, place, context.timing.now);
        jobs.set(place, listed);
        return await listed.poll(ofKind(group, 'ief'));
      }
      if (first.kind === 'roma') return await pollRoma(context, place ?? '', ofKind(group, 'roma'));
      board ??= new CesBoard(context, context.timing.now);
      return await board.poll(ofKind(group, 'ces'));
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      context.log('WARN', 'followed work could not be looked at', { kind: first.kind, runs: group.length, failure });
      return group;
    }
  }

  return {
    poll: async (follows) => {
      const groups = new Map<string, { readonly follow: Follow; readonly index: number }[]>();
      follows.forEach((follow, index) => {
        const key = groupOf(follow, context);
        groups.set(key, [...(groups.get(key) ?? []), { follow, index }]);
      });
      const polled = [...follows];
      for (const group of groups.values()) {
        const answers = await pollGroup(group.map(({ follow }) => follow));
        group.forEach(({ index }, i) => {
          polled[index] = answers[i] ?? (polled[index] as Follow);
        });
      }
      return polled;
    },
    lookFor: async (step, follow) => {
      try {
        return await lookFor(step, follow, context);
      } catch (error) {
        const failure = error instanceof Error ? error.message : String(error);
        context.log('WARN', 'a call in doubt could not be looked for', {
          kind: follow.kind,
          run: step.run_id,
          failure,
        });
        return follow;
      }
    },
  };
}

function ofKind<Kind extends Follow['kind']>(
  follows: readonly Follow[],
  kind: Kind,
): Extract<Follow, { kind: Kind }>[] {
  return follows.filter((follow): follow is Extract<Follow, { kind: Kind }> => follow.kind === kind);
}

/** Work that one look serves. Where a setting cannot be used, the look itself says so. */
function groupOf(follow: Follow, context: Context): string {
  try {
    return `${follow.kind} ${placeOf(follow, context)}`;
  } catch {
    return follow.kind;
  }
}

/** The instance that the work is in: the input's, else the setting that the function itself goes by. */
function placeOf(follow: Follow, context: Context): string | undefined {
  if (follow.kind === 'roma') return follow.instance_id || settingOf('ROMA_INSTANCE_ID', romaInstanceId, context);
  return follow.kind === 'ief' ? iefInstanceOf(follow, context) : undefined;
}

async function lookFor(step: StepRow, follow: Follow, context: Context): Promise<Follow> {
  const since = step.called_at?.getTime() ?? Number.POSITIVE_INFINITY;
  if (follow.kind === 'ief') {
    // IEF counts in seconds, and the function begins its call with a full one, so as not to find an older job.
    const span = { since: Math.ceil(since / 1_000) * 1_000, until: follow.given_up_at };
    const finding = await lookForJob({ ...follow, ...span, iefInstanceId: placeOf(follow, context) }, context);
    return 'found' in finding ? { ...follow, job_id: finding.found.job_id } : follow;
  }
  const lost = follow.doubt.map(({ id }) => id);
  if (follow.kind === 'roma') {
    const place = { instanceId: placeOf(follow, context) ?? '', action: follow.action };
    const found = await lookAtTasks(lost, place, context);
    const seen = lost.filter((id) => isFound(found.get(id)));
    return { ...follow, task_ids: [...follow.task_ids, ...seen], doubt: without(follow.doubt, seen, found) };
  }
  const input = sentInput(step);
  const byTask = goesByTask(input);
  const doubt = {
    since: new Map(lost.map((id) => [id, since])),
    until: follow.given_up_at,
    key: byTask ? ('invocation_id' as const) : ('instance_id' as const),
    invocation_type: String(input.invocation_type),
    taken: new Set(follow.tasks.map((task) => task.invocation_id).filter((id) => !idsOf(input).includes(id))),
  };
  const found = await lookForInvocations(doubt, context);
  const tasks = lost.flatMap((id): FollowedTask[] => {
    const finding = found.get(id);
    if (!finding || !('found' in finding) || !finding.found.invocation_id) return [];
    const { invocation_id, instance_id } = finding.found;
    const reused = byTask && invocation_id === id ? { reused: true as const } : {};
    return [{ ...(instance_id ? { instance_id } : {}), invocation_id, since, ...reused }];
  });
  const seen = lost.filter((id) => {
    const finding = found.get(id);
    return finding && 'found' in finding && finding.found.invocation_id;
  });
  return { ...follow, tasks: [...follow.tasks, ...tasks], doubt: without(follow.doubt, seen, found) };
}

function isFound(finding: Finding<unknown> | undefined): boolean {
  return finding !== undefined && 'found' in finding;
}

/** What stays in doubt, with what the look has shown. */
function without(
  doubt: readonly LostItem[],
  seen: readonly string[],
  found: ReadonlyMap<string, Finding<unknown>>,
): LostItem[] {
  return doubt
    .filter(({ id }) => !seen.includes(id))
    .map(({ id, reason }) => {
      const finding = found.get(id);
      return { id, reason: finding && 'notFound' in finding ? finding.notFound : reason };
    });
}
