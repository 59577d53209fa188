import type { AsyncInvokeEntry, DestinationEntry } from './async-schema.js';
import type {
  AsyncDestination,
  AsyncInvoke,
  DeployableFunction,
  DeployableRoute,
  DeployableService,
} from './deployable.js';
import { zoneOfRegion } from './region-time.js';
import type { ServiceTimer } from './service-file.js';
import { type EventEntry, type FunctionEntry, passedOverKeys, type ServiceDocument } from './service-schema.js';

type Functions = ServiceDocument['functions'];

/** Turns the checked file into what the rest of the project reads. */
export function toService(document: ServiceDocument): DeployableService {
  const { provider, functions } = document;
  return {
    name: document.service,
    region: provider.region,
    zone: zoneOfRegion(provider.region),
    stage: provider.stage ?? 'dev',
    functions: Object.entries(functions).map(([key, entry]) => toFunction(key, entry, document)),
  };
}

function toFunction(key: string, entry: FunctionEntry, { functions, provider }: ServiceDocument): DeployableFunction {
  // The execution agency; where there is none, the platform takes the configuration agency's credentials.
  const agency = entry.appXrole ?? entry.xrole ?? entry.agencyName;
  const events = entry.events ?? [];
  return {
    key,
    name: entry.name ?? key,
    description: entry.description ?? '',
    app: entry.package ?? provider.package ?? 'default',
    runtime: entry.runtime ?? provider.runtime ?? 'Node.js20.15',
    handler: entry.handler,
    ...(entry.initializerHandler ? { initializer: entry.initializerHandler } : {}),
    ...(entry.initializerTimeout ? { initializerTimeout: entry.initializerTimeout } : {}),
    memorySize: entry.memorySize ?? provider.memorySize ?? 128,
    timeout: entry.timeout ?? provider.timeout ?? 30,
    codeType: entry.codeType ?? 'zip',
    codeUri: entry.code.codeUri,
    ...(agency ? { agency } : {}),
    environment: asTexts({ ...entry.userData, ...entry.environment?.variables }),
    encryptedEnvironment: asTexts(entry.encryptedUserData ?? {}),
    routes: events.flatMap(toRoute),
    timers: events.flatMap(toTimer),
    ...(entry.asyncInvokeConfig ? { asyncInvoke: toAsyncInvoke(entry.asyncInvokeConfig, functions) } : {}),
    passedOver: passedOverKeys.filter((name) => name in entry || name in provider),
  };
}

/** Defaults as the plugin's trigger page gives them. */
function toRoute(event: EventEntry): DeployableRoute[] {
  if (event.triggerTypeCode === 'TIMER') return [];
  const { name, reqMethod, path, auth, matchMode = 'SWA', timeout = 5000, ...data } = event.eventData;
  return [
    {
      name,
      method: reqMethod,
      path,
      auth,
      matchMode,
      timeoutMs: timeout,
      active: event.status !== 'DISABLED',
      gateway: event.triggerTypeCode,
      groupId: data.groupId,
      envId: data.envId ?? 'DEFAULT_ENVIRONMENT_RELEASE_ID',
      envName: data.envName ?? 'RELEASE',
      protocol: data.protocol ?? 'HTTPS',
      ...(data.instanceId ? { instanceId: data.instanceId } : {}),
      ...(data.slDomain ? { slDomain: data.slDomain } : {}),
    },
  ];
}

function toTimer(event: EventEntry): ServiceTimer[] {
  if (event.triggerTypeCode !== 'TIMER') return [];
  const { name, scheduleType, schedule, userEvent = '' } = event.eventData;
  return [{ name, scheduleType, schedule, userEvent, active: event.status !== 'DISABLED' }];
}

/** Variables are texts on the platform, whatever YAML made of them. */
function asTexts(variables: Record<string, string | number | boolean>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

function toAsyncInvoke(entry: AsyncInvokeEntry, functions: Functions): AsyncInvoke {
  const { maxAsyncRetryAttempts, maxAsyncEventAgeInSeconds, destinationConfig = {} } = entry;
  const { onSuccess, onFailure } = destinationConfig;
  return {
    ...(maxAsyncRetryAttempts === undefined ? {} : { retryAttempts: maxAsyncRetryAttempts }),
    ...(maxAsyncEventAgeInSeconds === undefined ? {} : { eventAgeSeconds: maxAsyncEventAgeInSeconds }),
    ...(onSuccess ? { onSuccess: toDestination(onSuccess, functions) } : {}),
    ...(onFailure ? { onFailure: toDestination(onFailure, functions) } : {}),
  };
}

function toDestination(entry: DestinationEntry, functions: Functions): AsyncDestination {
  if (entry.destination !== 'FunctionGraph') return entry;
  return { destination: entry.destination, functionName: functions[entry.function]?.name ?? entry.function };
}
