import { isSecretName } from '../../shared/schemas/secret-names.js';
import { parseJson } from './cloud-operation.js';

/** Texts are secret here however deep they lie: one name for many secrets. */
const secretRecords = new Set(['encrypted_user_data']);

/**
 * A copy of plain data in which every text under a secret's name is `***`, also where another field holds that name
 * (`{"name": "DB_PASSWORD", "value": …}`), and where the data stands in a text of its own, as the body of an event does.
 */
export function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskedText(value);
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== 'object') return value;
  const { name: named } = value as { readonly name?: unknown };
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (secretRecords.has(name)) return [name, withoutTexts(inner)];
      const meant = name === 'value' && typeof named === 'string' ? named : name;
      const secret = typeof inner === 'string' && inner !== '' && (isSecretName(name) || isSecretName(meant));
      return [name, secret ? '***' : masked(inner)];
    }),
  );
}

function maskedText(text: string): string {
  if (!/^\s*[{[]/.test(text)) return text;
  const parsed = parseJson(Buffer.from(text));
  return parsed === undefined ? text : JSON.stringify(masked(parsed));
}

function withoutTexts(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? '' : '***';
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutTexts(inner)]));
}
