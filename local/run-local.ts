import { build } from '../build.mjs';
import { readServiceFile, type Service, type ServiceFunction } from '../serverless/service-file.js';
import { type Cloud, startCloud } from './cloud/start-cloud.js';
import { type Platform, startPlatform } from './functiongraph/start-platform.js';

/** The token that pushes are signed with on this machine; the samples in `events/` are signed with it, too. */
const localPushToken = 'localpushtoken';

export interface LocalOptions {
  /** Port of the API routes; 0 takes a free one. */
  readonly port: number;
  /** Port of the emulated cloud; 0 takes a free one. */
  readonly cloudPort: number;
  /** Folder that keeps the cloud's state over a restart. */
  readonly persistDir?: string | undefined;
  /** Told one report line per invocation. */
  readonly onReport?: (line: string) => void;
  /** Told each line that a function logs. */
  readonly onLog?: (line: string) => void;
}

export interface LocalRun {
  readonly service: Service;
  readonly cloud: Cloud;
  readonly platform: Platform;
  close(): Promise<void>;
}

/**
 * Builds the bundles, then starts the emulated cloud and, on top of it, FunctionGraph on this machine: each function gets
 * the environment of `serverless.yml`, endpoints that point at the emulated cloud, and temporary credentials of its agency.
 * @throws ServiceFileError, BuildError, or the error of a port (EADDRINUSE); nothing is left running then
 */
export async function runLocal(options: LocalOptions): Promise<LocalRun> {
  const service = readServiceFile('serverless.yml');
  await build({ quiet: true });

  let platform: Platform | undefined;
  const cloud = await startCloud({
    port: options.cloudPort,
    ...(options.persistDir === undefined ? {} : { persistDir: options.persistDir }),
    invokeFunction: async (name, event) => {
      if (!platform?.functions.includes(name)) return undefined;
      const { requestId, body, ok, log } = await platform.invoke(name, event, 'direct');
      return { requestId, body, error: !ok, log: log.join('\n') };
    },
  });
  try {
    platform = await startPlatform({
      port: options.port,
      service,
      distDir: 'dist',
      projectId: cloud.account.project,
      userData: (fn) => settingsOf(fn, cloud),
      credentialsFor: (fn) => agencyOf(fn, cloud),
      ...(options.onReport ? { report: options.onReport } : {}),
      ...(options.onLog ? { onLog: options.onLog } : {}),
    });
    registerPush(service, cloud, platform);
  } catch (error) {
    await platform?.close();
    await cloud.close();
    throw error;
  }

  const running = platform;
  const close = async () => {
    await running.close();
    await cloud.close();
  };
  return { service, cloud, platform, close };
}

/** Empty variables of `serverless.yml` are left out, as absent; those that only make sense on this machine are put on top. */
function settingsOf(fn: ServiceFunction, cloud: Cloud): Record<string, string> {
  const configured = Object.entries({ ...fn.environment, ...fn.encryptedEnvironment }).filter(
    ([, value]) => value !== '',
  );
  const services = ['CES', 'IEF', 'ROMA', 'IAM', 'IOTDA', 'FUNCTIONGRAPH'];
  return {
    ROMA_INSTANCE_ID: 'roma-local-0001',
    ...Object.fromEntries(configured),
    HUAWEICLOUD_SDK_PROJECT_ID: cloud.account.project,
    IOTDA_PUSH_TOKEN: localPushToken,
    ...Object.fromEntries(services.map((service) => [`${service}_ENDPOINT`, cloud.url])),
  };
}

function agencyOf(fn: ServiceFunction, cloud: Cloud) {
  if (fn.agency === undefined) return undefined;
  const { ak, sk, securityToken } = cloud.issueTemporaryCredentials(fn.agency);
  return { ak, sk, securityToken, token: cloud.issueToken(fn.agency) };
}

/** Sends the cloud's pushes to the route of the function that receives them. */
function registerPush(service: Service, cloud: Cloud, platform: Platform): void {
  const route = service.functions.find((fn) => fn.name === 'receive-batchtask')?.routes[0];
  if (route) cloud.registerPush({ url: `${platform.url}${route.path}`, token: localPushToken });
}
