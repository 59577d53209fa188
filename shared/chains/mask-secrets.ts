import { isRecord } from '../schemas/rules.js';
import { isSecretName } from '../schemas/secret-names.js';
import type { Json, JsonObject } from './chain.js';

/**
 * The same value, with what stands under a telling name replaced by `***`: for whoever looks at a run. A name tells also where another
 * field holds it, as the variable of a container does: `{"name": "DB_PASSWORD", "value": …}`.
 */
export function masked(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(masked);
  const { name: named } = value as JsonObject;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => {
      const meant = name === 'value' && typeof named === 'string' ? named : name;
      if (entry !== null && entry !== '' && (isSecretName(name) || isSecretName(meant))) return [name, '***'];
      return [name, name === 'task_data' && typeof entry === 'string' ? maskedText(entry) : masked(entry)];
    }),
  );
}

/** The same where IEF wants the value as JSON text; a text that is none, no job is made from. */
function maskedText(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? JSON.stringify(masked(value as JsonObject)) : text;
  } catch {
    return text;
  }
}
