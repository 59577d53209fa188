import type { CloudCall, CloudClient, CloudReply } from '../../../shared/client/cloud-client.js';
import type { OperationContext } from '../../../shared/operations/operation.js';

export interface Logged {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown> | undefined;
}

export interface Stage {
  readonly context: OperationContext;
  /** Every call that was sent, with its body as JSON would carry it. */
  readonly calls: CloudCall[];
  readonly logs: Logged[];
}

export interface StageOptions {
  readonly region?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Clock and sleep, the real ones by default. */
  readonly timing?: OperationContext['timing'];
}

/** A cloud made of one function: what it returns is the body of a 2xx reply, what it throws is the failure of the call. */
export function stage(answer: (call: CloudCall, index: number) => unknown, options: StageOptions = {}): Stage {
  const calls: CloudCall[] = [];
  const logs: Logged[] = [];
  const cloud: CloudClient = {
    projectId: 'project',
    send: async (call): Promise<CloudReply> => {
      const sent = { ...call, body: call.body === undefined ? undefined : JSON.parse(JSON.stringify(call.body)) };
      calls.push(sent);
      const body = await answer(sent, calls.length - 1);
      return { status: 200, body, headers: new Map(), requestId: 'request-1', attempts: 1 };
    },
  };
  const context: OperationContext = {
    cloud,
    region: options.region,
    setting: (name) => options.settings?.[name],
    log: (level, message, fields) => logs.push({ level, message, fields }),
    timing: options.timing,
  };
  return { context, calls, logs };
}

/** A context without credentials: reading the cloud throws, as it does where they are missing. */
export function withoutCloud(region: string): OperationContext {
  return {
    get cloud(): CloudClient {
      throw new Error('the cloud was asked for');
    },
    region,
    setting: () => undefined,
    log: () => undefined,
  };
}
