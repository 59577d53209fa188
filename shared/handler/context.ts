import { InvalidSettingError } from '../client/errors.js';

/** Credentials that the platform lends for one invocation. */
export interface AgencyCredentials {
  readonly ak: string;
  readonly sk: string;
  readonly securityToken: string;
}

/** Writes one line of text; FunctionGraph's own logger and the console both fit. */
export interface LineLogger {
  readonly debug: (line: string) => void;
  readonly info: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly error: (line: string) => void;
}

/** What both platforms tell a function about one invocation, in one shape. */
export interface InvocationContext {
  readonly requestId: string;
  readonly functionName: string | undefined;
  /** The application that the function belongs to on FunctionGraph, and its version. */
  readonly app: string | undefined;
  readonly version: string | undefined;
  /** Milliseconds until the platform ends the invocation, 0 or more. */
  readonly remainingMs: () => number;
  /**
   * A variable of the function as FunctionGraph keeps it; undefined on other platforms. The one thing here that throws: a
   * variable that cannot be read must not pass for one that is not set.
   * @throws InvalidSettingError where the platform fails to give it
   */
  readonly userData: (name: string) => string | undefined;
  /**
   * The agency's temporary credentials, undefined where any of the three is empty. Asked once in an invocation, so that the ones
   * that sign are the ones that are blotted out; never kept for another, for they change.
   */
  readonly agencyCredentials: () => AgencyCredentials | undefined;
  /** The agency's IAM token. */
  readonly agencyToken: () => string | undefined;
  readonly projectId: () => string | undefined;
  readonly logger: LineLogger | undefined;
}

/** Where time and fresh ids come from. */
export interface ContextSources {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** Assumed for a context that does not tell its deadline, counted from the start of the invocation. */
const assumedTimeoutMs = 30_000;

/**
 * Reads FunctionGraph's context, AWS Lambda's, an empty one (local debugging passes `{}`) or none at all. Every access is
 * guarded: a method may be missing, throw or answer nonsense, and nothing of that ends an invocation, but for a variable that
 * is needed and cannot be read.
 * The context object itself is never written anywhere, for its fields hold keys (FunctionGraph runtime).
 */
export function readContext(raw: unknown, { now, newId }: ContextSources): InvocationContext {
  const startedAt = now();
  let agency: { readonly credentials: AgencyCredentials | undefined } | undefined;
  const functionGraphId = ask(raw, 'getRequestID');
  return {
    requestId: headerSafe(functionGraphId) ?? headerSafe(field(raw, 'awsRequestId')) ?? newId(),
    functionName: filled(ask(raw, 'getFunctionName')) ?? filled(field(raw, 'functionName')),
    app: filled(ask(raw, 'getPackage')),
    version: filled(ask(raw, 'getVersion')),
    remainingMs: () =>
      milliseconds(ask(raw, 'getRemainingTimeInMilliSeconds')) ??
      milliseconds(ask(raw, 'getRemainingTimeInMillis')) ??
      Math.max(0, startedAt + assumedTimeoutMs - now()),
    userData: (name) => userDataOf(raw, name),
    agencyCredentials: () => {
      agency ??= { credentials: readAgency(raw) };
      return agency.credentials;
    },
    agencyToken: () => filled(ask(raw, 'getToken')),
    projectId: () => filled(ask(raw, 'getProjectID')),
    logger: readLogger(ask(raw, 'getLogger')),
  };
}

function readAgency(raw: unknown): AgencyCredentials | undefined {
  const ak = filled(ask(raw, 'getSecurityAccessKey'));
  const sk = filled(ask(raw, 'getSecuritySecretKey'));
  const securityToken = filled(ask(raw, 'getSecurityToken'));
  return ak && sk && securityToken ? { ak, sk, securityToken } : undefined;
}

/**
 * Text without the white space around it (a pasted secret often ends with a newline), undefined where nothing is left.
 * Numbers and booleans count as text: a variable written as `123456` must not pass for an absent one.
 */
export function filled(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  return typeof text === 'string' ? text.trim() || undefined : undefined;
}

function userDataOf(raw: unknown, name: string): string | undefined {
  try {
    const getUserData = (raw as Record<string, unknown> | null | undefined)?.getUserData;
    const given: unknown = typeof getUserData === 'function' ? Reflect.apply(getUserData, raw, [name]) : undefined;
    const text = filled(given);
    // A promise, say: a push token that is there but is no text must not pass for none. What every object has was not given.
    const isNoText = typeof (given ?? '') !== 'string' && given !== ({} as Record<string, unknown>)[name];
    if (text === undefined && isNoText) throw given;
    return text;
  } catch {
    // The platform's own words are not repeated, for they may hold the value.
    throw new InvalidSettingError(name, 'the platform failed to give it (getUserData threw an error or gave no text)');
  }
}

function ask(raw: unknown, method: string, ...args: readonly string[]): unknown {
  try {
    const member = field(raw, method);
    return typeof member === 'function' ? Reflect.apply(member, raw, args) : undefined;
  } catch {
    return undefined;
  }
}

function field(raw: unknown, name: string): unknown {
  try {
    return (raw as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

/** The id goes back in a response header, so a strange one is replaced rather than sent. */
function headerSafe(value: unknown): string | undefined {
  const id = filled(value);
  return id && /^[\x21-\x7e]{1,128}$/.test(id) ? id : undefined;
}

function milliseconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : undefined;
}

function readLogger(logger: unknown): LineLogger | undefined {
  if (typeof field(logger, 'info') !== 'function') return undefined;
  // FunctionGraph's logger drops DEBUG unless told otherwise; which lines are written is decided by LOG_LEVEL alone.
  ask(logger, 'setLevel', 'DEBUG');
  const writer = (method: string) => (line: string) => {
    ask(logger, typeof field(logger, method) === 'function' ? method : 'info', line);
  };
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
}
