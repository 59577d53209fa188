import type { CloudClient } from '../client/cloud-client.js';
import type { CloudClientOptions } from '../client/create-cloud-client.js';
import type { Outcome } from '../client/errors.js';
import { functionUrn } from '../client/function-urn.js';
import type { OperationContext } from '../operations/operation.js';
import type { Database } from '../store/database.js';
import type { PgDatabaseOptions } from '../store/pg-database.js';
import type { CloudSources } from './cloud-from-settings.js';
import { type ContextSources, type InvocationContext, type LineLogger, readContext } from './context.js';
import { LazyContext } from './lazy-context.js';
import { createLog } from './log.js';
import { createRedactor, type Redactor } from './redact.js';
import { asFarAsReadable, type Settings, secretSettings, settingsOf } from './settings.js';
import { timeForCalls } from './time-for-calls.js';

/** What the room takes from outside; tests bring their own. */
export interface Runtime extends ContextSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly console: LineLogger;
  /** Builds the client of one invocation, see signedCloud. */
  readonly makeCloud: (sources: CloudSources) => CloudClient;
  /** Builds the database of one invocation where DATABASE_URL is set, see pgDatabase. */
  readonly makeDatabase?: ((options: PgDatabaseOptions) => Database) | undefined;
}

/** One attempt of a call, as it stands in the log line. */
type Attempt = Parameters<NonNullable<CloudClientOptions['observe']>>[0];

/** Everything that belongs to one invocation. Nothing of it outlives the invocation or is seen by another one. */
export interface Workplace {
  readonly requestId: string;
  /** The function's own name, else that of its operation. */
  readonly functionName: string;
  readonly newId: () => string;
  readonly redactor: Redactor;
  readonly operation: OperationContext;
  /** `not-sent` for as long as no operation asked for the client, else `unknown`. */
  readonly outcome: () => Outcome;
  /** The attempts made so far for the log line: the first few of them, and how many there were. */
  readonly upstream: () => { readonly upstream: readonly Attempt[]; readonly upstream_calls: number };
  /** Milliseconds since the invocation began. */
  readonly elapsedMs: () => number;
}

/** Attempts that the log line lists; a walk through all pages can make hundreds. */
const listedAttempts = 20;

/** Opens the workplace of one invocation: context, settings, log and, once it is asked for, the signed client. */
export function openWorkplace(
  operationName: string,
  rawContext: unknown,
  runtime: Runtime,
  timer?: OperationContext['timer'],
): Workplace {
  const context = readContext(rawContext, runtime);
  const startedAt = runtime.now();
  const remainingMs = timeForCalls(context);
  const setting = settingsOf(context, runtime.env);
  const readable = asFarAsReadable(setting);
  const redactor = createRedactor();
  for (const secret of knownSecrets(context, readable)) redactor.keep(secret);
  const log = createLog({
    logger: context.logger ?? runtime.console,
    threshold: readable('LOG_LEVEL'),
    common: { request_id: context.requestId, function: context.functionName?.slice(0, 128), operation: operationName },
    redactor,
    now: runtime.now,
  });

  const listed: Attempt[] = [];
  let attempts = 0;
  const observe = (attempt: Attempt): void => {
    attempts += 1;
    if (listed.length < listedAttempts) listed.push(attempt);
  };
  const operation = new LazyContext({
    region: readable('HUAWEICLOUD_REGION'),
    setting,
    log,
    remainingMs,
    timer,
    openCloud: () => runtime.makeCloud({ context, remainingMs, setting, observe, keepSecret: redactor.keep }),
    openDatabase: () => openDatabase(runtime, () => timeToNote(context, remainingMs), setting),
    urn: () => urnOf(context, readable),
  });

  return {
    requestId: context.requestId,
    functionName: context.functionName ?? operationName,
    newId: runtime.newId,
    redactor,
    operation,
    outcome: () => (operation.reachedCloud ? 'unknown' : 'not-sent'),
    upstream: () => ({ upstream: listed, upstream_calls: attempts }),
    elapsedMs: () => runtime.now() - startedAt,
  };
}

function openDatabase(runtime: Runtime, remainingMs: () => number, setting: Settings): Database | undefined {
  const url = setting('DATABASE_URL');
  if (url === undefined) return undefined;
  return runtime.makeDatabase?.({ url, ca: setting('DATABASE_CA'), remainingMs });
}

/** The database may use a part of what writing the answer needs: that a call had no answer in time must still be noted. Milliseconds. */
function timeToNote(context: InvocationContext, remainingMs: () => number): number {
  return Math.max(remainingMs(), Math.min(300, context.remainingMs() - 150));
}

/** FunctionGraph's context has no URN, but all the parts of one except the region (context page). */
function urnOf(context: InvocationContext, setting: Settings): string | undefined {
  const { app, functionName: name, version } = context;
  const region = setting('HUAWEICLOUD_REGION');
  const projectId = context.projectId() ?? setting('HUAWEICLOUD_SDK_PROJECT_ID');
  if (!app || !name || !region || !projectId) return undefined;
  return functionUrn({ region, projectId, app, name, ...(version ? { version } : {}) });
}

/** All that is secret in context and settings. A list of push tokens is as secret as each token in it. */
function knownSecrets(context: InvocationContext, setting: OperationContext['setting']): (string | undefined)[] {
  const agency = context.agencyCredentials();
  const secrets = [agency?.ak, agency?.sk, agency?.securityToken, context.agencyToken()];
  for (const name of secretSettings) {
    const value = setting(name);
    if (value === undefined) continue;
    secrets.push(value);
    if (name === 'DATABASE_URL') secrets.push(...passwordIn(value));
    else if (value.includes(',')) secrets.push(...value.split(',').map((secret) => secret.trim()));
  }
  return secrets;
}

/** The password alone, as it stands in the URL and as it is. */
function passwordIn(url: string): string[] {
  const [, password] = /^[^:]+:\/\/[^:@/]*:(.*)@[^@]*$/s.exec(url) ?? [];
  if (password === undefined) return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
