import { build } from '../build.mjs';
import type { DeployableService } from '../serverless/deployable.js';
import { readServiceFile, type Service, type ServiceFunction } from '../serverless/service-file.js';
import { localAccount } from './cloud/account.js';
import { type Cloud, startCloud } from './cloud/start-cloud.js';
import { type LocalDatabase, openLocalDatabase } from './database/local-database.js';
import { debuggedFunction } from './debugged-function.js';
import { deployHere } from './deploy-here.js';
import type { DebuggedFunction } from './functiongraph/deploy.js';
import { type Platform, startPlatform } from './functiongraph/start-platform.js';
import { pushTargetOf } from './push-target.js';

export interface LocalOptions {
  /** Port of the API routes; 0 takes a free one. */
  readonly port: number;
  /** Port of the emulated cloud; 0 takes a free one. */
  readonly cloudPort: number;
  /** Folder that keeps the cloud's state over a restart. */
  readonly persistDir?: string | undefined;
  /** Gives the functions a database, in this folder or in memory; without this they have none. */
  readonly database?: { readonly folder?: string | undefined } | undefined;
  /** IOTDA_PUSH_TOKEN of the functions, instead of the environment's; pushes are signed with the first token of it. */
  readonly pushTokens?: string;
  /** `NAME[:PORT]`: the function that a debugger may attach to. */
  readonly inspect?: string | undefined;
  /** Told one report line per invocation. */
  readonly onReport?: (line: string) => void;
  /** Told each line that a function logs. */
  readonly onLog?: (line: string) => void;
}

export interface LocalRun {
  readonly service: Service;
  readonly cloud: Cloud;
  readonly platform: Platform;
  /** The function that waits for a debugger. */
  readonly debugged: DebuggedFunction | undefined;
  /** How long cloud and platform took to start once the build had ended, in ms. */
  readonly startMs: number;
  readonly database: LocalDatabase | undefined;
  /** What pushes are signed with; undefined where they are not signed. */
  readonly pushToken: string | undefined;
  close(): Promise<void>;
}

/**
 * Builds the bundles, then starts the emulated cloud and, on top of it, FunctionGraph on this machine: each function gets
 * the environment of `serverless.yml`, endpoints that point at the emulated cloud, and temporary credentials of its agency.
 * @throws ServiceFileError, BuildError, UsageError about `inspect`, or the error of a port (EADDRINUSE); nothing is left running then
 */
export async function runLocal(options: LocalOptions): Promise<LocalRun> {
  const service = readServiceFile('serverless.yml');
  const debugged = options.inspect === undefined ? undefined : await debuggedFunction(options.inspect, service);
  const database = await buildAndOpen(options);
  const built = performance.now();

  const pushTokens = options.pushTokens ?? process.env.IOTDA_PUSH_TOKEN ?? '';
  const pushToken = firstOf(pushTokens);
  const { cloud, platform } = await startBoth(options, service, debugged, pushTokens, database).catch(async (error) => {
    await database?.close();
    throw error;
  });
  const close = async () => {
    await platform.close();
    // A state that cannot be saved is no reason to leave the database as if it had crashed.
    await cloud.close().finally(() => database?.close());
  };
  return { service, cloud, platform, database, debugged, startMs: performance.now() - built, pushToken, close };
}

/** Both at the same time, for both take their time. */
async function buildAndOpen({ database: wanted }: LocalOptions): Promise<LocalDatabase | undefined> {
  const [built, opened] = await Promise.allSettled([
    // The types of the package are for whoever imports it; nothing here does.
    build({ quiet: true, types: false }),
    wanted ? openLocalDatabase(wanted.folder) : undefined,
  ]);
  const database = opened.status === 'fulfilled' ? opened.value : undefined;
  if (built.status === 'rejected') {
    await database?.close();
    throw built.reason;
  }
  if (opened.status === 'rejected') throw opened.reason;
  return database;
}

/** The platform first, because the cloud puts functions on it; the platform asks the cloud only when a function runs. */
async function startBoth(
  options: LocalOptions,
  service: DeployableService,
  debugged: DebuggedFunction | undefined,
  pushTokens: string,
  database: LocalDatabase | undefined,
): Promise<{ cloud: Cloud; platform: Platform }> {
  let cloud: Cloud | undefined;
  let ready = false;
  const whenUp = <T>(ask: (running: Cloud) => T): T => {
    if (!cloud) throw new Error('The emulated cloud is not up yet.');
    return ask(cloud);
  };
  const platform = await startPlatform({
    port: options.port,
    service: { functions: [], zone: service.zone },
    distDir: 'dist',
    debugged,
    projectId: localAccount.project,
    ready: () => ready,
    userData: (fn) => whenUp((running) => settingsOf(fn, running, pushTokens, database)),
    credentialsFor: (fn) => whenUp((running) => agencyOf(fn, running)),
    asyncConfig: (name) => whenUp((running) => running.asyncConfigOf(name)),
    urnOf: (name) => whenUp((running) => running.functionUrn(name)),
    ...(options.onReport ? { report: options.onReport } : {}),
    ...(options.onLog ? { onLog: options.onLog } : {}),
  });
  try {
    const { cloudPort: port, persistDir } = options;
    const push = pushTargetOf(service, platform, firstOf(pushTokens));
    cloud = await startCloud({
      port,
      platform,
      ...(push ? { push } : {}),
      ...(persistDir === undefined ? {} : { persistDir }),
    });
    await deployHere(service, cloud);
    ready = true;
    return { cloud, platform };
  } catch (error) {
    await platform.close();
    await cloud?.close();
    throw error;
  }
}

/**
 * The function's own variables, as far as they are set, between what this machine has instead of defaults and what only makes
 * sense here. A service answers at the emulated cloud, unless its endpoint was pointed at another address of this machine.
 */
function settingsOf(
  fn: ServiceFunction,
  cloud: Cloud,
  pushTokens: string,
  database: LocalDatabase | undefined,
): Record<string, string> {
  const configured = Object.entries({ ...fn.environment, ...fn.encryptedEnvironment });
  const services = ['CES', 'IEF', 'ROMA', 'IAM', 'IOTDA', 'FUNCTIONGRAPH'];
  return {
    ROMA_INSTANCE_ID: 'roma-local-0001',
    ...Object.fromEntries(services.map((service) => [`${service}_ENDPOINT`, cloud.url])),
    ...Object.fromEntries(configured.filter(([name, value]) => value !== '' && staysHere(name, value))),
    ...(pushTokens ? { IOTDA_PUSH_TOKEN: pushTokens } : {}),
    // An address for a deployment stays out of here, too; empty means that there is none.
    DATABASE_URL: database?.url ?? '',
    HUAWEICLOUD_SDK_PROJECT_ID: cloud.account.project,
  };
}

/** Nothing that runs here may reach a real cloud by accident, say through a variable that was exported for a deployment. */
function staysHere(name: string, value: string): boolean {
  return !name.endsWith('_ENDPOINT') || /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(\/|$)/i.test(value);
}

function agencyOf(fn: ServiceFunction, cloud: Cloud) {
  if (fn.agency === undefined) return undefined;
  const { ak, sk, securityToken } = cloud.issueTemporaryCredentials(fn.agency);
  return { ak, sk, securityToken, token: cloud.issueToken(fn.agency) };
}

/** Of several tokens that may sign a push, the one that does. */
function firstOf(tokens: string): string | undefined {
  return tokens.split(',')[0]?.trim() || undefined;
}
