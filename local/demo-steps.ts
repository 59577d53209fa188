import { readFileSync } from 'node:fs';
import { pushStartsChain, steerNewestRun } from './demo-chain.js';
import type { LocalRun } from './run-local.js';
import { pushHeaders, targetOf } from './sample-curl.js';

/** One row of the demo: an operation through one trigger. `act` answers in a few words, or throws saying what was wrong. */
export interface DemoStep {
  readonly trigger: 'HTTP' | 'timer' | 'direct' | 'push';
  readonly operation: string;
  readonly act: () => Promise<string>;
}

type Json = Record<string, unknown>;

/** What the body of each operation means, in a few words. @throws Error where it is not what success looks like */
const summaries: Readonly<Record<string, (body: Json) => string>> = {
  'create-invocations': (body) => {
    const { requested, successful, failed } = body.summary as Record<string, number>;
    return `${successful} of ${requested} tasks created${failed ? `, ${failed} refused and listed` : ''}`;
  },
  'list-invocations': (body) => `${count(body.count)} tasks`,
  'create-ief-job': (body) => `job ${text(body.job_name)} is ${text(body.job_id)}`,
  'show-ief-job': (body) => {
    const { total, successful } = body.summary as Record<string, number>;
    return `job ${text(body.job_name)} is ${text(body.state)}, ${successful} of ${total} tasks successful`;
  },
  'start-stop-roma-tasks': (body) => `${count(body.success_count)} done, ${count(body.failure_count)} failed`,
  'receive-batchtask': (body) => {
    if (body.accepted !== true) throw new Error(`not accepted: ${text(body.reason)}`);
    return body.duplicate === true ? 'accepted, seen before' : 'accepted';
  },
  'list-chain-runs': (body) => `${count(body.total)} runs`,
  'run-chain': (body) => `a dry run of ${text(body.chain)}: ${(body.steps as Json[]).length} step, nothing started`,
  'reconcile-batchtasks': (body) => `${count(body.asked)} quiet tasks asked for, ${count(body.changed)} changed`,
  'advance-chains': (body) => `${count(body.due)} steps were due, ${count(body.settled)} changed`,
};

/**
 * Every operation through HTTP, a timer and a direct call, a batch task whose changes IoTDA pushes, and one whose success starts a
 * chain.
 */
export function demoSteps(run: LocalRun): DemoStep[] {
  const alone = run.service.functions.filter((fn) => !ofOneRun.includes(fn.name));
  const functions = alone.map((fn) => fn.name);
  const withRoute = alone.filter((fn) => fn.routes.length > 0).map((fn) => fn.name);
  return [
    ...withRoute.map((name) => step('HTTP', name, () => callRoute(run, name))),
    step('HTTP', 'create-invocations', () => callRoute(run, 'create-invocations', serversOfWhichOneRefuses, 207)),
    ...functions.map((name) => step('timer', name, () => fireTimer(run, name))),
    ...functions.map((name) => step('direct', name, () => invokeDirectly(run, name))),
    step('push', 'receive-batchtask', () => pushChanges(run)),
    step('push', 'advance-chains', () => pushStartsChain(run)),
    ...ofOneRun.map((name) => step('HTTP', name, () => steerNewestRun(run, name))),
  ];
}

/** They need the id of a run, which is there once a push has started one. */
const ofOneRun = ['show-chain-run', 'retry-chain-run', 'cancel-chain-run'];

/** The emulated cloud refuses the second one at once, as the CES create page shows it. */
const serversOfWhichOneRefuses = { invocation_type: 'INSTALL', instance_ids: ['ecs-web-0003', 'ecs-old-0001'] };

function step(trigger: DemoStep['trigger'], operation: string, act: () => Promise<string>): DemoStep {
  return { trigger, operation, act };
}

function sample(name: string, trigger: string): Json {
  return JSON.parse(readFileSync(`events/${name}.${trigger}.json`, 'utf8')) as Json;
}

async function callRoute(run: LocalRun, name: string, input?: Json, expected?: number): Promise<string> {
  const route = run.service.functions.find((fn) => fn.name === name)?.routes[0];
  if (!route) throw new Error(`serverless.yml gives ${name} no route`);
  const { path, query } = targetOf(route, `events/${name}.direct.json`);
  const response = await fetch(`${run.platform.url}${path}${route.method === 'GET' ? query : ''}`, {
    method: route.method,
    headers: { 'content-type': 'application/json', ...pushHeaders(name, run.pushToken) },
    ...(route.method === 'GET' ? {} : { body: JSON.stringify(input ?? sample(name, 'direct')) }),
  });
  const body = (await response.json()) as Json;
  const wanted = expected === undefined ? response.ok && response.status !== 207 : response.status === expected;
  if (!wanted) throw new Error(`HTTP ${response.status}: ${text(body.detail) || JSON.stringify(body)}`);
  return `${response.status}: ${summarise(name, body)}`;
}

/** Fires the function's own timer where `serverless.yml` lists one, else hands it the sample of a TIMER event. */
async function fireTimer(run: LocalRun, name: string): Promise<string> {
  const timer = stops(run, name) ?? run.platform.timers().find((candidate) => candidate.function === name);
  const result = timer
    ? await run.platform.fireTimer(timer.name)
    : await run.platform.invoke(name, Buffer.from(JSON.stringify(sample(name, 'timer'))), 'timer');
  return `${timer ? timer.name : 'sample event'}: ${outcomeOf(name, result.ok, result.body)}`;
}

/** The route has started the tasks, and the cloud refuses to start a running one: the timer that stops them comes next. */
function stops(run: LocalRun, name: string) {
  return run.platform.timers().find((timer) => timer.function === name && timer.name.endsWith('-stop'));
}

/** Through the cloud's own invocation API, with a token of IAM, as a program elsewhere would call a function. */
async function invokeDirectly(run: LocalRun, name: string): Promise<string> {
  const { project, region } = run.cloud.account;
  const urn = `urn:fss:${region}:${project}:function:default:${name}:latest`;
  const input =
    name === 'start-stop-roma-tasks' ? { ...sample(name, 'direct'), action_id: 'stop' } : sample(name, 'direct');
  const response = await fetch(`${run.cloud.url}/v2/${project}/fgs/functions/${urn}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-auth-token': await iamToken(run) },
    body: JSON.stringify(input),
  });
  const failed = !response.ok || response.headers.get('x-is-func-err') === 'true';
  return outcomeOf(name, !failed, Buffer.from(await response.arrayBuffer()));
}

async function iamToken(run: LocalRun): Promise<string> {
  const { user, password, domain, project } = run.cloud.account;
  const response = await fetch(`${run.cloud.url}/v3/auth/tokens?nocatalog=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user: { name: user, password, domain: { name: domain } } } },
        scope: { project: { id: project } },
      },
    }),
  });
  const token = response.headers.get('x-subject-token');
  if (!token) throw new Error(`IAM gave no token: HTTP ${response.status}`);
  return token;
}

/** A batch task from its beginning to its end; the clock of the emulated cloud is moved on, so that it takes no time. */
async function pushChanges(run: LocalRun): Promise<string> {
  const { cloud } = run;
  const targets = ['dev-0001', 'dev-0002'];
  cloud.createBatchTask({ app_id: 'app-local-0001', task_name: 'demo', task_type: 'softwareUpgrade', targets });
  cloud.advance(60_000);
  await cloud.settled();
  const state = (await (await fetch(`${cloud.url}/_local/state`)).json()) as { pushes: PushReport };
  const { deliveries } = state.pushes;
  const refused = deliveries.filter((delivery) => delivery.status !== 200);
  if (deliveries.length === 0 || refused.length > 0) {
    throw new Error(`${refused.length} of ${deliveries.length} pushes were not answered with 200`);
  }
  return `${deliveries.length} signed status changes delivered, each answered 200`;
}

interface PushReport {
  readonly deliveries: readonly { readonly status?: number }[];
}

function outcomeOf(name: string, ok: boolean, payload: Buffer): string {
  const body = JSON.parse(payload.toString('utf8')) as Json;
  if (!ok) throw new Error(text(body.errorMessage) || payload.toString('utf8'));
  return summarise(name, body);
}

function summarise(name: string, body: Json): string {
  const summary = summaries[name];
  return summary ? summary(body) : JSON.stringify(body);
}

function count(value: unknown): number {
  if (typeof value !== 'number') throw new Error(`a count is missing in the answer`);
  return value;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
