import { namesSecret } from '../client/body-secrets.js';
import type { Json, JsonObject } from './chain.js';

/**
 * The same value, with what stands under a telling name replaced by `***`: for whoever looks at a run. A field can also be named by
 * another one, as the variable of a container is: `{"name": "DB_PASSWORD", "value": …}`.
 */
export function masked(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(masked);
  const fields = value as JsonObject;
  return Object.fromEntries(
    Object.entries(fields).map(([name, entry]) => {
      const meant = name === 'value' && typeof fields.name === 'string' ? fields.name : name;
      const isShown = entry === null || entry === '' || !namesSecret(meant);
      return [name, isShown ? masked(entry) : '***'];
    }),
  );
}
