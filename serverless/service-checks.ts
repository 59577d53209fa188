import type { Problem } from './checked-file.js';
import type { Path } from './placeholders.js';
import { withoutNames } from './route-path.js';
import { parseSchedule } from './schedule.js';
import type { FunctionEntry, ServiceDocument } from './service-schema.js';

interface LooseEvent {
  readonly triggerTypeCode?: unknown;
  readonly eventData?: { readonly name?: unknown; readonly reqMethod?: unknown; readonly path?: unknown };
}

/**
 * Routes and timer names that stand twice: the second one would never be reached, or could not be told from the first.
 * Works on the unchecked file, so that these are reported together with everything else.
 */
export function findCollisions(raw: unknown): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const { event, functionName, path } of looseEvents(raw)) {
    const { name, reqMethod, path: routePath } = event.eventData ?? {};
    const isTimer = event.triggerTypeCode === 'TIMER';
    const what = isTimer ? `the timer ${name}` : `the route ${reqMethod} ${routePath}`;
    if ((isTimer ? name : routePath) === undefined) continue;
    const place = isTimer ? what : withoutNames(what);
    const owner = seen.get(place);
    const remedy = isTimer ? 'Give it another name' : 'Give it another path or method';
    if (owner) problems.push({ path, text: `${what} is already that of ${owner}. ${remedy}.` });
    seen.set(place, owner ?? functionName);
  }
  return problems;
}

function* looseEvents(raw: unknown): Generator<{ event: LooseEvent; functionName: string; path: Path }> {
  const functions = (raw as { functions?: Record<string, { events?: unknown } | null> } | null)?.functions ?? {};
  for (const [functionName, entry] of Object.entries(functions)) {
    const events: unknown[] = Array.isArray(entry?.events) ? entry.events : [];
    for (const [i, event] of events.entries()) {
      if (typeof event !== 'object' || event === null) continue;
      const key = (event as LooseEvent).triggerTypeCode === 'TIMER' ? 'name' : 'path';
      yield { event, functionName, path: ['functions', functionName, 'events', i, 'eventData', key] };
    }
  }
}

/** Rules of the platform that reach over more than one key. */
export function findPlatformLimits(document: ServiceDocument, zone: string): Problem[] {
  return Object.entries(document.functions).flatMap(([name, entry]) => {
    const at: Path = ['functions', name];
    return [...initializerProblems(entry, at), ...variableProblems(entry, at), ...scheduleProblems(entry, at, zone)];
  });
}

/** The platform takes only the EXPORT of the initializer and looks for it in the handler's file (initializer page). */
function initializerProblems(entry: FunctionEntry, at: Path): Problem[] {
  if (entry.initializerHandler === undefined) return [];
  const path = [...at, 'initializerHandler'];
  const place = path.join('.');
  const problems: Problem[] = [];
  const [file] = entry.handler.split('.');
  if (entry.initializerHandler.split('.')[0] !== file) {
    problems.push({ path, text: `${place} is in another file than the handler. Write ${file}.EXPORT.` });
  }
  if (entry.initializerTimeout === undefined) {
    problems.push({ path, text: `${place} has no time limit. Write initializerTimeout: 10 beside it.` });
  }
  return problems;
}

/** At most 20 variables of each kind, and 4,096 characters in all (limits page). */
function variableProblems(entry: FunctionEntry, at: Path): Problem[] {
  const plain = { ...entry.userData, ...entry.environment?.variables };
  const encrypted = entry.encryptedUserData ?? {};
  const problems: Problem[] = [];
  for (const [key, kind] of [
    ['environment', plain],
    ['encryptedUserData', encrypted],
  ] as const) {
    const count = Object.keys(kind).length;
    if (count > 20) {
      const path = [...at, key];
      problems.push({ path, text: `${path.join('.')} has ${count} variables. Keep at most 20.` });
    }
  }
  const size = JSON.stringify(plain).length + JSON.stringify(encrypted).length;
  if (size > 4096) {
    const path = [...at, 'environment'];
    problems.push({ path, text: `${path.join('.')} has ${size} characters. Keep all variables together below 4096.` });
  }
  return problems;
}

function scheduleProblems(entry: FunctionEntry, at: Path, zone: string): Problem[] {
  return (entry.events ?? []).flatMap((event, i) => {
    if (event.triggerTypeCode !== 'TIMER') return [];
    const { scheduleType: type, schedule } = event.eventData;
    const path = [...at, 'events', i, 'eventData', 'schedule'];
    try {
      parseSchedule({ type, schedule, defaultZone: zone });
      return [];
    } catch (error) {
      return [{ path, text: `${path.join('.')}: ${error instanceof Error ? error.message : error}` }];
    }
  });
}
