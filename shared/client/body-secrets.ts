import { isSecretName } from '../schemas/secret-names.js';

/**
 * The secrets that a request itself carries, such as `remote_install_meta.password`, as they are and as they stand in a JSON
 * text: a cloud that repeats its input in an error must not spread them. Asked only after a failure.
 * @param body a request body that JSON can hold
 */
export function secretsIn(body: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(body, (name, value: unknown) => {
    if (typeof value === 'string' && isSecretName(name)) found.push(value, JSON.stringify(value).slice(1, -1));
    return value;
  });
  return found;
}
