import type { Cloud } from '../../../local/cloud/start-cloud.js';
import { project, send, startTestCloud, type TestReply } from './cloud-under-test.js';
import { type Receiver, startReceiver } from './push-receiver.js';

/** A cloud whose time moves only by `wait`, a receiver of its pushes, and the IoTDA calls between them. */
export interface Iotda {
  readonly cloud: Cloud;
  readonly receiver: Receiver;
  /** Lets the life-cycles' clock run on without sending what becomes due. */
  wait(ms: number): void;
  call(method: string, target: string, body?: unknown): Promise<TestReply>;
  newRule(): Promise<string>;
  newAction(rule: string, forwarding?: object): Promise<TestReply>;
  /** The documented three calls. */
  forward(): Promise<string>;
  newTask(more?: object): Promise<string>;
  statusOf(task: string): Promise<string>;
  /** Moves the clock in steps, and gives the statuses that were pushed up to then. */
  pushesAfter(...steps: number[]): Promise<string[]>;
  close(): Promise<void>;
}

export const upgrade = {
  app_id: 'app-local-0001',
  task_name: 'upgrade_1',
  task_type: 'softwareUpgrade',
  targets: ['dev-0001', 'dev-0002'],
};

export async function startIotda(): Promise<Iotda> {
  let time = Date.parse('2026-11-20T10:00:00Z');
  const receiver = await startReceiver();
  const cloud = await startTestCloud({ clock: () => time, after: () => () => undefined });
  const call = (method: string, path: string, body?: unknown): Promise<TestReply> =>
    send(cloud, { method, target: `/v5/iot/${project}${path}`, ...(body === undefined ? {} : { body }) });
  const newRule = async (): Promise<string> => {
    const subject = { resource: 'batchtask', event: 'update' };
    return (await call('POST', '/routing-rule/rules', { rule_name: 'r', subject })).json.rule_id;
  };
  const newAction = (rule_id: string, forwarding: object = {}): Promise<TestReply> => {
    const channel_detail = { http_forwarding: { url: receiver.url, ...forwarding } };
    return call('POST', '/routing-rule/actions', { rule_id, channel: 'HTTP_FORWARDING', channel_detail });
  };
  return {
    cloud,
    receiver,
    wait(ms) {
      time += ms;
    },
    call,
    newRule,
    newAction,
    async forward() {
      const rule = await newRule();
      await newAction(rule);
      await call('PUT', `/routing-rule/rules/${rule}`, { active: true });
      return rule;
    },
    newTask: async (more = {}) => (await call('POST', '/batchtasks', { ...upgrade, ...more })).json.task_id,
    statusOf: async (task) => (await call('GET', `/batchtasks/${task}`)).json.batchtask.status,
    async pushesAfter(...steps) {
      for (const ms of steps) cloud.advance(ms);
      await cloud.settled();
      return receiver.bodies().map((body) => body.notify_data.body.status);
    },
    async close() {
      await cloud.close();
      await receiver.close();
    },
  };
}
