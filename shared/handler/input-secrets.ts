import { isSecretName } from '../schemas/secret-names.js';

/** More objects than any input with a secret has, 10,000 hosts with a password each; a hostile one must not cost more than its parsing. */
const mostObjects = 10_100;

/**
 * Finds the secrets that a caller hands over in the input itself, such as `remote_install_meta.password`, or the variable of a
 * container `{"name": "DB_PASSWORD", "value": …}` in `task_data`: they go to the cloud and nowhere else, and a cloud that repeats
 * them in an error must not spread them. Looks at the outer levels first. Never throws: an input that cannot even be looked at is
 * for the check of the input to refuse.
 */
export function keepInputSecrets(input: unknown, keep: (secret: string) => void): void {
  const queue: unknown[] = [input];
  try {
    for (let next = 0; next < queue.length; next++) {
      for (const [name, value] of fieldsOf(queue[next])) {
        if (typeof value === 'string' && isSecretName(name)) keep(value);
        else if (typeof value === 'object' && value !== null && queue.length < mostObjects) queue.push(value);
      }
    }
  } catch {
    // What was found so far is kept.
  }
}

/** Ten thousand ids in a list have no names to look at. */
function fieldsOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.filter((entry) => typeof entry === 'object').map((entry) => ['', entry]);
  if (typeof value !== 'object' || value === null) return [];
  const fields = Object.entries(value);
  const { name, value: named } = Object.fromEntries(fields);
  return typeof name === 'string' ? [...fields, [name, named]] : fields;
}
