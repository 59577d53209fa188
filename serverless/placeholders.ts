/** Where in the file a value stands: keys and indexes from the root. */
export type Path = readonly (string | number)[];

export type Environment = Readonly<Record<string, string | undefined>>;

const placeholder = /\$\{env:([A-Za-z_]\w*)(?:\s*,\s*(?:'([^']*)'|"([^"]*)"))?\}/g;

/**
 * Puts values in place of `${env:NAME}` and `${env:NAME, 'default'}` in every string of a parsed file, the one kind of the
 * Serverless Framework's variables that this project uses. `complain` is called for each one that cannot be resolved.
 */
export function resolvePlaceholders(
  value: unknown,
  env: Environment,
  complain: (path: Path, problem: string) => void,
  path: Path = [],
): unknown {
  if (typeof value === 'string') return resolveText(value, env, (problem) => complain(path, problem));
  if (Array.isArray(value)) return value.map((item, i) => resolvePlaceholders(item, env, complain, [...path, i]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolvePlaceholders(item, env, complain, [...path, key])]),
  );
}

function resolveText(text: string, env: Environment, complain: (problem: string) => void): string {
  if (text.replace(placeholder, '').includes('${')) {
    complain(`has a variable that cannot be read. Write it as \${env:NAME, 'default'}.`);
    return text;
  }
  return text.replace(placeholder, (_all, name: string, single?: string, double?: string) => {
    const value = env[name] ?? single ?? double;
    if (value === undefined) {
      complain(`needs the environment variable ${name}. Set it, or write a default: \${env:${name}, 'default'}.`);
    }
    return value ?? '';
  });
}

/** One `${env:NAME}` or `${env:NAME, 'default'}`, and where it stands. */
export interface Placeholder {
  readonly path: Path;
  readonly name: string;
  readonly fallback?: string;
}

/** All placeholders of a parsed file, in its order. */
export function findPlaceholders(value: unknown, path: Path = []): Placeholder[] {
  if (typeof value === 'string') {
    return [...value.matchAll(placeholder)].map(([, name = '', single, double]) => {
      const fallback = single ?? double;
      return { path, name, ...(fallback === undefined ? {} : { fallback }) };
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, item]) => findPlaceholders(item, [...path, isList ? Number(key) : key]));
}
