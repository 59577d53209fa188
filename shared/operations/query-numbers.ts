/**
 * The query of a URL as input: where one of these names has a number, also one that is refused for its sign or its fraction, it becomes
 * one. Whatever cannot be turned stays as it is, so that the check names it; a parameter given twice stays a list.
 */
export function withNumbers(
  query: Readonly<Record<string, string | string[]>>,
  names: readonly string[],
): Record<string, unknown> {
  const fromText = (name: string, value: string | string[]) =>
    names.includes(name) && typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, fromText(name, value)]));
}
