/** As much of Terraform's template language as main.tf.json uses: enough to read back what it says. */
type Json = Record<string, unknown>;

/** Where expressions look. URNs are known by the resource's name only. */
export interface World {
  readonly variables: Readonly<Record<string, string>>;
  readonly locals: Json;
}

/** The value of a string, list or object of main.tf.json. @throws Error for an expression that it does not know */
export function evaluate(value: unknown, world: World): unknown {
  if (typeof value === 'string') return evaluateText(value, world);
  if (Array.isArray(value)) return value.map((entry) => evaluate(entry, world));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [evaluate(name, world), evaluate(entry, world)]),
  );
}

/** `$${` and `%%{` are escapes; what `${` begins goes to the brace that ends it. */
function evaluateText(text: string, world: World): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const escaping = ['$${', '%%{'].find((start) => rest.startsWith(start));
    if (escaping) {
      result += escaping.slice(1);
      at += escaping.length;
    } else if (rest.startsWith('${')) {
      const code = codeAt(rest);
      result += evaluateCode(code, world);
      at += code.length + 3;
    } else if (rest.startsWith('%{')) {
      throw new Error(`a directive begins in ${text}`);
    } else {
      result += rest[0];
      at += 1;
    }
  }
  return result;
}

function codeAt(text: string): string {
  let depth = 0;
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(2, at);
  }
  throw new Error(`an expression does not end in ${text}`);
}

function evaluateCode(code: string, world: World): string {
  const [, variable] = /^var\.(\w+)$/.exec(code) ?? [];
  if (variable !== undefined) return known(world.variables[variable], code);
  const [, resource] = /^huaweicloud_fgs_function\.(\w+)\.urn$/.exec(code) ?? [];
  if (resource !== undefined) return `urn-of-${resource}`;
  const [, group = '', name = ''] = /^jsonencode\(local\.(\w+)\.(\w+)\)$/.exec(code) ?? [];
  if (name !== '')
    return JSON.stringify(evaluate(known((world.locals[group] as Json | undefined)?.[name], code), world));
  const [, destination] = /^jsonencode\(\{ func_urn = huaweicloud_fgs_function\.(\w+)\.urn \}\)$/.exec(code) ?? [];
  if (destination !== undefined) return JSON.stringify({ func_urn: `urn-of-${destination}` });
  const [, path] = /^filebase64\("\$\{path\.module\}\/([^"]+)"\)$/.exec(code) ?? [];
  if (path !== undefined) return `base64 of ${path}`;
  throw new Error(`the expression ${code} is not known here`);
}

function known<Value>(value: Value | undefined, code: string): Value {
  if (value === undefined) throw new Error(`${code} leads nowhere`);
  return value;
}
