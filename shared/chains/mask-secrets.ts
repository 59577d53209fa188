import { namesSecret } from '../client/body-secrets.js';
import type { Json } from './chain.js';

/** The same value, with what stands under a telling name replaced by `***`: for whoever looks at a run. */
export function masked(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(masked);
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => {
      const isShown = entry === null || entry === '' || !namesSecret(name);
      return [name, isShown ? masked(entry) : '***'];
    }),
  );
}
