/** The name of a resource, variable or output for a name of serverless.yml: letters, digits and underscores, a letter first. */
export function identifier(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return /^[a-z]/.test(plain) ? plain : `_${plain}`;
}

/** Two names of serverless.yml that would become one name in Terraform. */
export class NameClashError extends Error {
  override readonly name = 'NameClashError';
}

/**
 * The entries as an object by their names in Terraform.
 * @throws NameClashError where two of them would have the same one
 */
export function byIdentifier<Value>(
  entries: readonly (readonly [name: string, value: Value])[],
): Record<string, Value> {
  const owners = new Map<string, string>();
  for (const [name] of entries) {
    const owner = owners.get(identifier(name));
    if (owner !== undefined) {
      throw new NameClashError(
        `${owner} and ${name} are both ${identifier(name)} in Terraform. Give one of them another name.`,
      );
    }
    owners.set(identifier(name), name);
  }
  return Object.fromEntries(entries.map(([name, value]) => [identifier(name), value]));
}
