/** Why a value cannot be carried by JSON without a change, and where: `path` is relative to the value. */
export interface NotJson {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/** Deeper than any deployment; keeps the check and JSON.stringify from running out of stack. */
const DEEPEST = 500;

function scalarProblem(value: unknown): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `holds ${value}, which JSON cannot carry`;
  return `holds a value of type ${typeof value}, which JSON cannot carry`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Array.isArray(value);
}

function entriesOf(value: object): [string | number, unknown][] {
  return Array.isArray(value) ? Array.from(value, (entry, index) => [index, entry]) : Object.entries(value);
}

/**
 * Looks for the first value that JSON would drop, change or choke on: undefined, functions, symbols, BigInt, NaN,
 * a Date or any other class instance, an object with `toJSON`, a cycle. Undefined where the value survives unchanged.
 */
export function findNotJson(
  value: unknown,
  path: readonly (string | number)[] = [],
  above: readonly object[] = [],
): NotJson | undefined {
  if (typeof value !== 'object' || value === null) {
    const problem = scalarProblem(value);
    return problem === undefined ? undefined : { path, problem };
  }
  if (above.includes(value)) return { path, problem: 'holds itself (a cycle), which JSON cannot carry' };
  if (above.length >= DEEPEST) return { path: [], problem: `is nested deeper than ${DEEPEST} levels` };
  if (!isPlain(value) || typeof Reflect.get(value, 'toJSON') === 'function') {
    return {
      path,
      problem: 'holds an object that JSON would change (a Date, a Map, a class instance): give plain values',
    };
  }
  for (const [key, entry] of entriesOf(value)) {
    const found = findNotJson(entry, [...path, key], [...above, value]);
    if (found) return found;
  }
  return undefined;
}
