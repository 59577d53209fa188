import * as z from 'zod/mini';

/** Reports one broken rule at a path below the object that is being checked. */
export type Report = (path: readonly (string | number)[], message: string) => void;

export type LooseRecord = Readonly<Record<string, unknown>>;

/** True for what JSON calls an object: not null, not a list. */
export function isRecord(value: unknown): value is LooseRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A rule across several fields of an object. It also runs where single fields are already broken, so that the caller
 * sees everything at once; hence it gets the fields as unknown values and has to look before it leaps.
 */
export function acrossFields(rule: (fields: LooseRecord, report: Report) => void): z.core.$ZodCheck<object> {
  return z.check<object>(
    (payload) => {
      const fields: unknown = payload.value;
      if (!isRecord(fields)) return;
      rule(fields, (path, message) => {
        payload.issues.push({ code: 'custom', path: [...path], message, input: fields, continue: true });
      });
    },
    { when: (payload) => isRecord(payload.value) },
  );
}

/** Text that becomes one segment of a URL path: it can never turn the request towards another path. */
export function pathSegment(most: number): z.ZodMiniString {
  const problem = `must be 1 to ${most} characters without slashes, blanks or control characters, and not dots only`;
  return z.string().check(z.regex(new RegExp(`^(?!\\.+$)[^/\\\\\\s\\p{C}]{1,${most}}$`, 'u'), problem));
}
