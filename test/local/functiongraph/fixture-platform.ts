import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InvokeResult } from '../../../local/functiongraph/invoke-result.js';
import { type Platform, type PlatformOptions, startPlatform } from '../../../local/functiongraph/start-platform.js';
import type { Service, ServiceFunction, ServiceRoute, ServiceTimer } from '../../../serverless/service-file.js';

/** A function of a test: the text of its `index.js`, and what differs from the usual settings. */
export interface Fixture extends Partial<Omit<ServiceFunction, 'name'>> {
  readonly code: string;
  /** Further files beside `index.js`. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface FixturePlatform extends Platform {
  readonly reports: string[];
  readonly logs: string[];
  /** Invokes with a value as the event. */
  call(name: string, event?: unknown): Promise<InvokeResult>;
}

/** Starts the local platform on a free port with functions written for one test file. */
export async function startFixtures(
  fixtures: Readonly<Record<string, Fixture>>,
  options: Partial<PlatformOptions> = {},
): Promise<FixturePlatform> {
  const distDir = mkdtempSync(join(tmpdir(), 'fixtures-'));
  const reports: string[] = [];
  const logs: string[] = [];
  for (const [name, { code, files = {} }] of Object.entries(fixtures)) {
    for (const [file, text] of Object.entries({ 'index.js': code, ...files })) {
      const path = join(distDir, name, file);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
    }
  }
  try {
    const platform = await startPlatform({
      port: 0,
      service: serviceOf(fixtures),
      distDir,
      projectId: '0123456789abcdef0123456789abcdef',
      userData: (fn) => fn.environment,
      report: (line) => reports.push(line),
      onLog: (line) => logs.push(line),
      ...options,
    });
    const call = (name: string, event: unknown = {}) => platform.invoke(name, JSON.stringify(event));
    return { ...platform, reports, logs, call };
  } finally {
    rmSync(distDir, { recursive: true });
  }
}

export function serviceOf(fixtures: Readonly<Record<string, Fixture>>): Service {
  const functions = Object.entries(fixtures).map(([name, { code, files, ...settings }]) => functionOf(name, settings));
  return { name: 'fixtures', region: 'cn-north-4', zone: 'Asia/Shanghai', functions };
}

export function functionOf(name: string, settings: Partial<ServiceFunction> = {}): ServiceFunction {
  return {
    name,
    description: '',
    app: 'default',
    runtime: 'Node.js20.15',
    handler: 'index.handler',
    memorySize: 128,
    timeout: 10,
    codeUri: `./dist/${name}`,
    environment: {},
    encryptedEnvironment: {},
    routes: [],
    timers: [],
    ...settings,
  };
}

export function route(path: string, settings: Partial<ServiceRoute> = {}): ServiceRoute {
  return {
    name: 'a_route',
    method: 'POST',
    path,
    auth: 'IAM',
    matchMode: 'NORMAL',
    timeoutMs: 5000,
    active: true,
    ...settings,
  };
}

export function timer(name: string, settings: Partial<ServiceTimer> = {}): ServiceTimer {
  return { name, scheduleType: 'Rate', schedule: '1h', userEvent: '', active: true, ...settings };
}

/** A payload as the caller reads it. */
export function json(result: InvokeResult): unknown {
  return JSON.parse(result.body.toString());
}
