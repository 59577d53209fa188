const secretNames = new Set([
  'password',
  'sk',
  'secret',
  'secretkey',
  'security_token',
  'securitytoken',
  'token',
  'access_token',
  'private_key',
]);

/** Texts are secret here however deep they lie: one name for many secrets. */
const secretRecords = new Set(['encrypted_user_data']);

/** A copy of plain data in which every text under a secret's name is `***`. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (secretRecords.has(name)) return [name, withoutTexts(inner)];
      const secret = secretNames.has(name.toLowerCase()) && typeof inner === 'string' && inner !== '';
      return [name, secret ? '***' : masked(inner)];
    }),
  );
}

function withoutTexts(value: unknown): unknown {
  if (typeof value === 'string') return value === '' ? '' : '***';
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutTexts(inner)]));
}
