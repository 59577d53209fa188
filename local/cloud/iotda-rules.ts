import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { type Call, type CloudOperation, parseJson, type Reply } from './cloud-operation.js';
import { actionsOf } from './iotda-actions.js';
import { invalidInput, noRule, pageOf, refusedBody } from './iotda-replies.js';
import type { RoutingRule } from './state.js';
import type { World } from './world.js';

const text = (most: number): z.ZodMiniString => z.string().check(z.maxLength(most));

const createRule = z.object({
  rule_name: z.optional(text(256)),
  description: z.optional(text(256)),
  subject: z.object({ resource: z.string(), event: z.string() }),
  app_type: z.optional(z.enum(['GLOBAL', 'APP'])),
  app_id: z.optional(text(36)),
  select: z.optional(text(2500)),
  where: z.optional(text(2500)),
});

const updateRule = z.object({
  rule_name: z.optional(text(256)),
  description: z.optional(text(256)),
  active: z.optional(z.boolean()),
});

/** Forwarding rules. A rule is created inactive and cannot be activated without an action. */
export function iotdaRuleOperations(world: World): CloudOperation[] {
  const rules = '/v5/iot/:project_id/routing-rule/rules';
  const derived = { derivedSigning: true } as const;
  return [
    { name: 'iotda.createRule', method: 'POST', path: rules, ...derived, answer: (call) => addRule(world, call) },
    { name: 'iotda.listRules', method: 'GET', path: rules, ...derived, answer: (call) => listRules(world, call) },
    {
      name: 'iotda.showRule',
      method: 'GET',
      path: `${rules}/:rule_id`,
      ...derived,
      answer: (call) => showRule(world, call),
    },
    {
      name: 'iotda.updateRule',
      method: 'PUT',
      path: `${rules}/:rule_id`,
      ...derived,
      answer: (call) => changeRule(world, call),
    },
    {
      name: 'iotda.deleteRule',
      method: 'DELETE',
      path: `${rules}/:rule_id`,
      ...derived,
      answer: (call) => removeRule(world, call),
    },
  ];
}

function addRule(world: World, call: Call): Reply {
  const parsed = createRule.safeParse(parseJson(call.body));
  if (!parsed.success) return refusedBody(parsed.error);
  const { rule_name, description, subject, app_type, app_id, select, where } = parsed.data;
  if (select || where)
    return invalidInput('The emulated cloud forwards whole messages: select and where are not emulated.');
  if (app_type === 'APP' && app_id === undefined) return invalidInput('app_id is mandatory for app_type APP.');
  const rule: RoutingRule = {
    rule_id: randomUUID(),
    rule_name: rule_name ?? '',
    description: description ?? '',
    subject,
    app_type: app_type ?? 'GLOBAL',
    ...(app_id === undefined ? {} : { app_id }),
    active: false,
  };
  world.state.rules.set(rule.rule_id, rule);
  return { status: 201, body: rule };
}

function listRules(world: World, call: Call): Reply {
  const { query } = call;
  const found = [...world.state.rules.values()]
    .reverse()
    .filter(
      (rule) =>
        (!query.get('resource') || query.get('resource') === rule.subject.resource) &&
        (!query.get('event') || query.get('event') === rule.subject.event) &&
        (!query.get('app_id') || query.get('app_id') === rule.app_id) &&
        (!query.get('rule_name') || query.get('rule_name') === rule.rule_name) &&
        (!query.get('active') || query.get('active') === String(rule.active)),
    );
  const page = pageOf(call, found);
  return page
    ? { status: 200, body: { rules: page, count: found.length } }
    : invalidInput('limit or offset is out of range.');
}

function showRule(world: World, call: Call): Reply {
  const rule = world.state.rules.get(call.params.rule_id ?? '');
  return rule ? { status: 200, body: rule } : noRule;
}

function changeRule(world: World, call: Call): Reply {
  const rule = world.state.rules.get(call.params.rule_id ?? '');
  if (!rule) return noRule;
  const parsed = updateRule.safeParse(parseJson(call.body));
  if (!parsed.success) return refusedBody(parsed.error);
  if (parsed.data.active && actionsOf(world, rule.rule_id).length === 0) {
    return invalidInput('A rule without an action cannot be active.');
  }
  Object.assign(rule, parsed.data);
  return { status: 200, body: rule };
}

function removeRule(world: World, call: Call): Reply {
  const ruleId = call.params.rule_id ?? '';
  if (!world.state.rules.delete(ruleId)) return noRule;
  for (const action of actionsOf(world, ruleId)) world.state.actions.delete(action.action_id);
  return { status: 204 };
}
