const placeholder = /\{(\w+)\}/g;

/** The names of the parameters in the path of a route, as in `/ief-jobs/{job_id}`. */
export function pathNames(path: string): string[] {
  return [...path.matchAll(placeholder)].map(([, name = '']) => name);
}

/** The path of a route whatever its parameters are called: two routes that differ in these names alone are one place. */
export function withoutNames(path: string): string {
  return path.replace(placeholder, '{}');
}

/** The path of a route with the values of an input in it, and what is left of the input. */
export function filledPath(
  path: string,
  input: Readonly<Record<string, unknown>>,
): { readonly path: string; readonly rest: Record<string, unknown> } {
  const names = pathNames(path);
  return {
    path: path.replace(placeholder, (_all, name: string) => encodeURIComponent(String(input[name] ?? ''))),
    rest: Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name))),
  };
}
