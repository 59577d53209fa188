import { describe, expect, it } from 'vitest';
import type { AccountFunction } from '../../deploy/account-state.js';
import type { FunctionPlan } from '../../deploy/plan-steps.js';
import { planTriggers, takenRoutes } from '../../deploy/plan-triggers.js';
import type { CreateTriggerRequest } from '../../shared/client/functiongraph-triggers.js';
import type { FunctionTrigger } from '../../shared/schemas/functiongraph.js';

const route = (group_id: string, env_id = 'RELEASE') => ({
  name: 'jobs_api',
  req_method: 'GET',
  path: '/jobs',
  group_id,
  env_id,
});

const asked = (group_id: string, env_id?: string): CreateTriggerRequest => ({
  trigger_type_code: 'APIG',
  trigger_status: 'ACTIVE',
  event_data: route(group_id, env_id),
});

const there = (group_id: string): FunctionTrigger => ({
  trigger_id: 'one',
  trigger_type_code: 'APIG',
  event_data: route(group_id),
});

/** What is said against a plan for `jobs`, whose route `jobs-test` of another stage has in the group `tests`. */
function complaints(wanted: CreateTriggerRequest, present: readonly FunctionTrigger[]): string[] {
  const plan = { desired: { name: 'jobs' }, triggers: planTriggers([wanted], present) } as unknown as FunctionPlan;
  const other = { name: 'jobs-test', triggers: [there('tests')] } as unknown as AccountFunction;
  return takenRoutes([plan], { functions: new Map(), leftovers: [], otherStages: [other] }, false);
}

describe('a route that another stage has in its API group', () => {
  const refusal =
    'The route GET /jobs of jobs is that of jobs-test in the same API group. Give each stage an API group of its own: export another APIG_GROUP_ID.';

  it('is not created', () => {
    expect(complaints(asked('tests'), [])).toEqual([refusal]);
  });

  it('is not moved there either: its old place would be gone, and the new one refused', () => {
    expect(complaints(asked('tests'), [there('releases')])).toEqual([refusal]);
  });

  it.each([
    ['is created in another group', asked('releases'), []],
    ['is replaced in another group', asked('releases', 'TEST'), [there('releases')]],
  ])('is in nobody’s way where it %s', (_where, wanted, present) => {
    expect(complaints(wanted, present)).toEqual([]);
  });
});

describe('a route that one function has twice on the account', () => {
  it('loses its second trigger, and keeps the first as it is', () => {
    const twin = { ...there('tests'), trigger_id: 'two' };

    expect(planTriggers([asked('tests', 'RELEASE')], [there('tests'), twin])).toEqual([
      { kind: 'delete', label: 'route GET /jobs', old: twin },
    ]);
  });
});
