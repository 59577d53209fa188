import { zipSync } from 'fflate';
import { afterEach, beforeEach } from 'vitest';
import type { FunctionPlatform } from '../../../local/cloud/function-platform.js';
import type { Cloud } from '../../../local/cloud/start-cloud.js';
import { AsyncEventTooLargeError } from '../../../local/functiongraph/async-invocations.js';
import type { AsyncInvocation } from '../../../local/functiongraph/async-status.js';
import type { InvokeResult } from '../../../local/functiongraph/invoke-result.js';
import type { CodeFiles } from '../../../local/functiongraph/stage-code.js';
import type { ServiceFunction } from '../../../serverless/service-file.js';
import { project, send, startTestCloud, type TestReply } from './cloud-under-test.js';

/** What the management API told the platform, and what an invocation of it ends with. */
export interface FakePlatform extends FunctionPlatform {
  readonly functions: Map<string, ServiceFunction>;
  readonly code: Map<string, CodeFiles>;
  /** Its asynchronous invocations, the newest first: a test may change them. */
  readonly queued: AsyncInvocation[];
}

export const noon = new Date('2026-11-21T12:00:00Z');

export function fakePlatform(
  invoke: (name: string, event: Buffer) => Partial<InvokeResult> = () => ({}),
): FakePlatform {
  const functions = new Map<string, ServiceFunction>();
  const code = new Map<string, CodeFiles>();
  const queued: AsyncInvocation[] = [];
  return {
    functions,
    code,
    queued,
    url: 'http://127.0.0.1:9',
    put(fn, files) {
      functions.set(fn.name, fn);
      if (files) code.set(fn.name, files);
    },
    remove: (name) => functions.delete(name),
    invokeAsync: (name, event) => {
      if (event.length > 256 * 1024) throw new AsyncEventTooLargeError('The event has too many bytes.');
      queued.unshift({
        requestId: `run-${queued.length + 1}`,
        functionName: name,
        status: 'WAIT',
        startTime: noon,
        attempts: 0,
      });
      return queued[0]?.requestId ?? '';
    },
    asyncInvocations: (name) => queued.filter(({ functionName }) => functionName === name),
    invoke: async (name, event) => ({
      requestId: 'run-1',
      ok: true,
      body: Buffer.from(event),
      log: [],
      durationMs: 1.5,
      cold: false,
      memoryMb: 40,
      ...invoke(name, Buffer.from(event)),
    }),
  };
}

export const functionsPath = `/v2/${project}/fgs/functions`;

export function urnOf(name: string): string {
  return `urn:fss:cn-north-4:${project}:function:default:${name}`;
}

/** A zip in base64 of files and their texts. */
export function zipOf(files: Readonly<Record<string, string>>): string {
  const bytes = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]));
  return Buffer.from(zipSync(bytes, { mtime: new Date(1980, 0, 1, 12) })).toString('base64');
}

/** The body of a creation, with what differs. */
export function creation(settings: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    func_name: 'echo',
    package: 'default',
    runtime: 'Node.js20.15',
    handler: 'index.handler',
    memory_size: 128,
    timeout: 3,
    code_type: 'zip',
    code_filename: 'echo.zip',
    func_code: { file: zipOf({ 'index.js': 'exports.handler = async (event, context) => event;' }) },
    ...settings,
  };
}

export function create(cloud: Cloud, settings: Readonly<Record<string, unknown>> = {}): Promise<TestReply> {
  return send(cloud, { target: functionsPath, body: creation(settings) });
}

/** The text of a file that the platform was given. */
export function sourceIn(of: FakePlatform, file = 'index.js'): string {
  return Buffer.from(of.code.get('echo')?.[file] ?? []).toString();
}

/** Variables whose JSON text has this length. */
export function sized(length: number): string {
  const rest = length - JSON.stringify({ A: '' }).length;
  return JSON.stringify({ A: 'x'.repeat(rest) });
}

/** The function that create makes, as the paths of the API name it. */
export const echo = `${functionsPath}/${urnOf('echo')}:latest`;

/** What each test of a file works on. */
export interface FunctionGraphTests {
  cloud: Cloud;
  platform: FakePlatform;
  get(target: string): Promise<TestReply>;
  put(target: string, body: unknown): Promise<TestReply>;
}

/** Gives each test of the file that calls it a cloud over a platform of its own. */
export function functionGraphTests(): FunctionGraphTests {
  const on: Partial<FunctionGraphTests> = {};
  const there = on as FunctionGraphTests;
  on.get = (target) => send(there.cloud, { target });
  on.put = (target, body) => send(there.cloud, { method: 'PUT', target, body });
  beforeEach(async () => {
    on.platform = fakePlatform();
    on.cloud = await startTestCloud({ platform: on.platform });
  });
  afterEach(() => there.cloud.close());
  return there;
}
