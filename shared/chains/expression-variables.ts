const functions = `
  sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match contains
  replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random boolean not
  map filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort shuffle distinct zip
  base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl eval toMillis fromMillis clone now millis`;

/** The functions that the library brings along; a test holds them to its own. */
export function builtIns(): readonly string[] {
  return functions.trim().split(/\s+/);
}

interface Binding {
  readonly type?: unknown;
  readonly lhs?: { readonly value?: unknown };
  readonly arguments?: readonly { readonly value?: unknown }[];
  readonly focus?: unknown;
  readonly index?: unknown;
}

/**
 * The variables that an expression gives a value: with `:=`, as arguments of a function of its own, and with `@` and `#` in a path.
 * Where each of them holds, is left to the library: this is to find words that are nowhere known.
 */
export function variablesIn(tree: unknown, found: Set<unknown> = new Set(['', '$'])): ReadonlySet<unknown> {
  if (typeof tree !== 'object' || tree === null) return found;
  const { type, lhs, arguments: names, focus, index }: Binding = tree;
  if (type === 'bind') found.add(lhs?.value);
  if (type === 'lambda') for (const { value } of names ?? []) found.add(value);
  found.add(focus).add(index);
  for (const child of Object.values(tree)) variablesIn(child, found);
  return found;
}
