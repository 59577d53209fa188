import type { AsyncInvokeConfigRequest } from '../shared/client/functiongraph-functions.js';
import type { AsyncInvokeConfig } from '../shared/schemas/functiongraph.js';
import { isRecord } from '../shared/schemas/rules.js';
import type { DesiredFunction } from './desired.js';
import type { Change } from './plan-steps.js';

/** Differences of the asynchronous configuration. Where the file has none and the account has one, it is taken away. */
export function asyncChanges({ asyncInvoke }: DesiredFunction, there: AsyncInvokeConfig | undefined): Change[] {
  if (!asyncInvoke) return there && hasAny(there) ? [change('removed: the platform’s defaults count again')] : [];
  const wanted = describe(asyncInvoke);
  if (!there || !hasAny(there)) return [change(Object.values(wanted).join(', '))];
  const before = describe(there);
  // What the file leaves open is whatever the platform made of it.
  const differing = Object.keys(wanted).filter((key) => wanted[key] !== before[key]);
  const gone = ['on success', 'on failure'].filter((key) => before[key] !== undefined && wanted[key] === undefined);
  return [
    ...differing.map((key) => change(`${before[key] ?? `no ${key}`} → ${wanted[key]}`)),
    ...gone.map((key) => change(`${before[key]} → none`)),
  ];
}

const change = (text: string): Change => ({ what: 'async', text });

function hasAny(config: AsyncInvokeConfig): boolean {
  return Object.keys(describe(config)).length > 0;
}

/** Each part in words, which are also what is compared. */
function describe(config: AsyncInvokeConfigRequest | AsyncInvokeConfig): Record<string, string> {
  const { max_async_retry_attempts: retries, max_async_event_age_in_seconds: age } = config;
  const { on_success, on_failure } = config.destination_config ?? {};
  return {
    ...(typeof retries === 'number' ? { retries: `${retries} ${retries === 1 ? 'retry' : 'retries'}` } : {}),
    ...(typeof age === 'number' ? { age: `events up to ${age} s old` } : {}),
    ...(on_success ? { 'on success': `on success ${on_success.destination} ${canonical(on_success.param)}` } : {}),
    ...(on_failure ? { 'on failure': `on failure ${on_failure.destination} ${canonical(on_failure.param)}` } : {}),
  };
}

/** JSON text without regard to blanks and the order of keys; a function by its own part of the URN. */
function canonical(param: string): string {
  try {
    const parsed: unknown = JSON.parse(param);
    if (!isRecord(parsed)) return param;
    const { func_urn } = parsed;
    if (typeof func_urn === 'string') return func_urn.replace(/^urn:fss:[^:]*:[^:]*:function:/, '');
    return JSON.stringify(Object.fromEntries(Object.entries(parsed).sort(([a], [b]) => (a < b ? -1 : 1))));
  } catch {
    return param;
  }
}
