import type { CloudClient } from '../../../shared/client/cloud-client.js';
import type { CloudClientOptions } from '../../../shared/client/create-cloud-client.js';
import { InvalidInputError } from '../../../shared/client/errors.js';
import { cloudOptions } from '../../../shared/handler/cloud-from-settings.js';
import type { HttpResponse } from '../../../shared/handler/response.js';
import type { Runtime } from '../../../shared/handler/workplace.js';
import type { Operation } from '../../../shared/operations/operation.js';

/** What a test sees of one invocation: log lines, and the options that clients were made with. */
export interface Seen {
  readonly runtime: Runtime;
  readonly lines: Record<string, unknown>[];
  readonly clients: CloudClientOptions[];
}

export const sampleSettings = {
  HUAWEICLOUD_SDK_AK: 'LOCALACCESSKEY000001',
  HUAWEICLOUD_SDK_SK: 'local-secret-key-0000000000000000000001',
  HUAWEICLOUD_SDK_PROJECT_ID: '0123456789abcdef0123456789abcdef',
  HUAWEICLOUD_REGION: 'cn-north-4',
};

/** A runtime whose time stands still, whose console is kept, and whose clients answer with the path they were asked. */
export function fakeRuntime(env: Record<string, string | undefined> = sampleSettings): Seen {
  const lines: Record<string, unknown>[] = [];
  const clients: CloudClientOptions[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  let ids = 0;
  const runtime: Runtime = {
    now: () => 1_000,
    newId: () => `fresh-${++ids}`,
    env,
    console: { debug: write, info: write, warn: write, error: write },
    makeCloud: (sources) => {
      const options = cloudOptions(sources);
      clients.push(options);
      return fakeClient(options);
    },
  };
  return { runtime, lines, clients };
}

function fakeClient(options: CloudClientOptions): CloudClient {
  return {
    projectId: options.projectId,
    send: async (call) => {
      options.observe?.({ service: call.service, operation: call.operation, status: 200, ms: 7 });
      return { status: 200, body: { path: call.path }, headers: new Map(), requestId: 'up-1', attempts: 1 };
    },
  };
}

export interface EchoInput {
  readonly value: unknown;
}

/** An operation that wants an object with a field `value` and answers with it. */
export function echo(
  run: Operation<EchoInput, unknown>['run'] = async ({ value }) => ({
    status: 200,
    body: { value },
    items: { ok: 1, failed: 0 },
  }),
): Operation<EchoInput, unknown> {
  return {
    name: 'Echo',
    parse: (raw) => {
      if (typeof raw !== 'object' || raw === null || !('value' in raw)) {
        throw new InvalidInputError([{ path: 'value', message: 'is missing' }]);
      }
      return { value: raw.value };
    },
    run,
  };
}

/** The parsed body and the rest of an HTTP answer; fails where it is not one that every gateway takes. */
export function readResponse(answer: unknown): { status: number; headers: HttpResponse['headers']; body: unknown } {
  const { statusCode, headers, body, isBase64Encoded } = answer as HttpResponse;
  const wellFormed =
    Number.isInteger(statusCode) &&
    Object.values(headers).every((value) => typeof value === 'string') &&
    typeof body === 'string' &&
    isBase64Encoded === false;
  if (!wellFormed) throw new Error(`not an answer that a gateway takes: ${JSON.stringify(answer)}`);
  return { status: statusCode, headers, body: JSON.parse(body) };
}
