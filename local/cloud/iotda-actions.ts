import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { type Call, type CloudOperation, errorReply, parseJson, type Reply } from './cloud-operation.js';
import { invalidInput, noRule, pageOf, refusedBody } from './iotda-replies.js';
import type { RoutingRule, RuleAction } from './state.js';
import type { World } from './world.js';

const text = (most: number): z.ZodMiniString => z.string().check(z.maxLength(most));

const createAction = z.object({
  rule_id: z.string(),
  channel: z.literal('HTTP_FORWARDING'),
  channel_detail: z.object({
    http_forwarding: z.object({
      url: text(256).check(z.refine(isPushUrl)),
      cert_id: z.optional(text(64)),
      cn_name: z.optional(text(256)),
      sni_enable: z.optional(z.boolean()),
      signature_enable: z.optional(z.boolean()),
      token: z.optional(z.string().check(z.regex(/^[a-zA-Z0-9]{3,32}$/))),
    }),
  }),
});

/** http or https with a path of its own; an address without one is refused by the platform's console too. */
function isPushUrl(url: string): boolean {
  return /^https?:\/\/[^/?#]+\/[^#]*$/.test(url) && URL.canParse(url);
}

/** The HTTP actions of forwarding rules. */
export function iotdaActionOperations(world: World): CloudOperation[] {
  const path = '/v5/iot/:project_id/routing-rule/actions';
  const derived = { derivedSigning: true } as const;
  const one = `${path}/:action_id`;
  return [
    { name: 'iotda.createAction', method: 'POST', path, ...derived, answer: (call) => addAction(world, call) },
    { name: 'iotda.listActions', method: 'GET', path, ...derived, answer: (call) => listActions(world, call) },
    {
      name: 'iotda.deleteAction',
      method: 'DELETE',
      path: one,
      ...derived,
      answer: (call) => removeAction(world, call),
    },
  ];
}

function addAction(world: World, call: Call): Reply {
  const parsed = createAction.safeParse(parseJson(call.body));
  if (!parsed.success) return refusedBody(parsed.error);
  const { rule_id, channel_detail } = parsed.data;
  const rule = world.state.rules.get(rule_id);
  if (!rule) return noRule;
  const { url, signature_enable, token } = channel_detail.http_forwarding;
  const action = newAction(rule, url, signature_enable === true ? token : undefined);
  world.state.actions.set(action.action_id, action);
  return { status: 201, body: shownAction(action) };
}

/** A token is kept only where the signature is switched on: the platform passes it over otherwise. */
function newAction(rule: RoutingRule, url: string, token: string | undefined): RuleAction {
  return {
    action_id: randomUUID(),
    rule_id: rule.rule_id,
    ...(rule.app_id === undefined ? {} : { app_id: rule.app_id }),
    url,
    signature_enable: token !== undefined,
    ...(token === undefined ? {} : { token }),
  };
}

function listActions(world: World, call: Call): Reply {
  const ruleId = call.query.get('rule_id');
  const found = [...world.state.actions.values()].filter((action) => !ruleId || action.rule_id === ruleId);
  const page = pageOf(call, found);
  if (!page) return invalidInput('limit or offset is out of range.');
  return { status: 200, body: { actions: page.map(shownAction), count: found.length } };
}

function removeAction(world: World, call: Call): Reply {
  const gone = world.state.actions.delete(call.params.action_id ?? '');
  return gone ? { status: 204 } : errorReply(404, 'IOTDA.010002', 'The action does not exist.');
}

/** Without the token: it is a secret. */
function shownAction({ action_id, rule_id, app_id, url, signature_enable }: RuleAction): object {
  const channel_detail = { http_forwarding: { url, signature_enable } };
  return {
    action_id,
    rule_id,
    ...(app_id === undefined ? {} : { app_id }),
    channel: 'HTTP_FORWARDING',
    channel_detail,
  };
}

/** The actions of one rule. */
export function actionsOf(world: World, ruleId: string): RuleAction[] {
  return [...world.state.actions.values()].filter((action) => action.rule_id === ruleId);
}

/** The actions of all active rules for changes of batch tasks of an application. */
export function batchtaskActions(world: World, appId: string): RuleAction[] {
  const rules = [...world.state.rules.values()].filter(
    ({ active, subject, app_id }) =>
      active && subject.resource === 'batchtask' && subject.event === 'update' && (app_id ?? appId) === appId,
  );
  return rules.flatMap((rule) => actionsOf(world, rule.rule_id));
}

/** The name of the rule that `registerPush` keeps. */
const localRule = 'fleetbatch-local-batchtask';

/** Makes one active rule whose one action pushes batch task changes to `url`; calling it again only moves the action. */
export function registerPush(world: World, url: string, token: string | undefined): void {
  if (!isPushUrl(url))
    throw new Error(`The push URL ${url} cannot be used: it needs http or https, a host and a path.`);
  const known = [...world.state.rules.values()].find((rule) => rule.rule_name === localRule);
  const rule: RoutingRule = known ?? {
    rule_id: randomUUID(),
    rule_name: localRule,
    description: 'kept by npm start',
    subject: { resource: 'batchtask', event: 'update' },
    app_type: 'GLOBAL',
    active: true,
  };
  rule.active = true;
  world.state.rules.set(rule.rule_id, rule);
  for (const action of actionsOf(world, rule.rule_id)) world.state.actions.delete(action.action_id);
  const action = newAction(rule, url, token);
  world.state.actions.set(action.action_id, action);
}
