import { zoneOfRegion } from './region-time.js';
import type { Service, ServiceFunction, ServiceRoute, ServiceTimer } from './service-file.js';
import type { EventEntry, FunctionEntry, ServiceDocument } from './service-schema.js';

type Provider = ServiceDocument['provider'];

/** Turns the checked file into what the rest of the project reads. */
export function toService(document: ServiceDocument): Service {
  const { provider } = document;
  return {
    name: document.service,
    region: provider.region,
    zone: zoneOfRegion(provider.region),
    functions: Object.entries(document.functions).map(([key, entry]) => toFunction(key, entry, provider)),
  };
}

function toFunction(key: string, entry: FunctionEntry, provider: Provider): ServiceFunction {
  // The execution agency; where there is none, the platform takes the configuration agency's credentials.
  const agency = entry.appXrole ?? entry.xrole ?? entry.agencyName;
  const events = entry.events ?? [];
  return {
    name: entry.name ?? key,
    description: entry.description ?? '',
    app: entry.package ?? provider.package ?? 'default',
    runtime: entry.runtime ?? provider.runtime ?? 'Node.js20.15',
    handler: entry.handler,
    ...(entry.initializerHandler ? { initializer: entry.initializerHandler } : {}),
    ...(entry.initializerTimeout ? { initializerTimeout: entry.initializerTimeout } : {}),
    memorySize: entry.memorySize ?? provider.memorySize ?? 128,
    timeout: entry.timeout ?? provider.timeout ?? 30,
    codeUri: entry.code.codeUri,
    ...(agency ? { agency } : {}),
    environment: asTexts({ ...entry.userData, ...entry.environment?.variables }),
    encryptedEnvironment: asTexts(entry.encryptedUserData ?? {}),
    routes: events.flatMap(toRoute),
    timers: events.flatMap(toTimer),
  };
}

/** Defaults as the plugin's trigger page gives them. */
function toRoute(event: EventEntry): ServiceRoute[] {
  if (event.triggerTypeCode === 'TIMER') return [];
  const { name, reqMethod, path, auth, matchMode = 'SWA', timeout = 5000 } = event.eventData;
  return [{ name, method: reqMethod, path, auth, matchMode, timeoutMs: timeout, active: event.status !== 'DISABLED' }];
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
