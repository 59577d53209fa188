import type { FleetbatchError } from '../client/errors.js';

type Blot = (text: string) => string;

/** Longest chain of causes that is passed on. */
const mostCauses = 5;

/**
 * Makes an error fit to leave the function: the platform shows message and stack to the caller, and other tools print all
 * that hangs on an error. Every text in it loses the known secrets; its causes are replaced by copies with nothing but name,
 * message, code and stack, for nobody knows what a foreign error carries. The error itself stays the same object.
 */
export function cleanError<Failure extends FleetbatchError>(failure: Failure, blot: Blot): Failure {
  const { upstream, cause } = failure;
  // The platform needs a stack to be there (FunctionGraph runtime).
  const stack = blot(failure.stack ?? `${failure.name}: ${failure.message}`);
  Object.assign(failure, { message: blot(failure.message), stack });
  if (upstream) Object.assign(failure, { upstream: cleanTexts(upstream, blot) });
  if ('errors' in failure && Array.isArray(failure.errors)) {
    Object.assign(failure, { errors: failure.errors.map((entry: object) => cleanTexts(entry, blot)) });
  }
  if (cause !== undefined) hide(failure, 'cause', cleanCause(cause, blot, mostCauses));
  return failure;
}

/** A copy of a flat record, its texts without the known secrets. */
export function cleanTexts<Fields extends object>(fields: Fields, blot: Blot): Fields {
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? blot(value) : value,
  ]);
  return Object.fromEntries(entries);
}

function cleanCause(cause: unknown, blot: Blot, left: number): Error {
  if (!(cause instanceof Error)) return new Error(`a value of type ${typeof cause} was thrown, which is no error`);
  const copy = new Error(blot(cause.message));
  hide(copy, 'name', blot(cause.name));
  hide(copy, 'stack', blot(cause.stack ?? `${cause.name}: ${cause.message}`));
  if ('code' in cause && typeof cause.code === 'string') hide(copy, 'code', blot(cause.code));
  if (cause.cause !== undefined && left > 1) hide(copy, 'cause', cleanCause(cause.cause, blot, left - 1));
  return copy;
}

/** Like the fields that an error has by itself: there, and not listed. */
function hide(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, enumerable: false, writable: true });
}
