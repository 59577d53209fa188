const open = '\uE000';
const close = '\uE001';

/** Holds the place of a variable in a text that is still to be escaped; the two characters mean nothing in any language. */
export function placeOf(variable: string): string {
  return `${open}${variable}${close}`;
}

/**
 * A value with every text, names included, as it has to stand in Terraform's JSON syntax, where each string is a template: `${` and
 * `%{` would begin something ("JSON configuration syntax" and "Strings and templates" of the language's documentation). Places of
 * variables become `${var.NAME}`.
 */
export function asTemplate<Value>(value: Value): Value;
export function asTemplate(value: unknown): unknown {
  if (typeof value === 'string') return escaped(value);
  if (Array.isArray(value)) return value.map((entry) => asTemplate(entry));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [escaped(name), asTemplate(entry)]));
}

function escaped(text: string): string {
  return (
    text
      // A function, for `$$` in a replacement text means one `$`.
      .replaceAll('${', () => '$${')
      .replaceAll('%{', '%%{')
      .replaceAll(new RegExp(`${open}([^${close}]*)${close}`, 'g'), (_all, name: string) => expression(`var.${name}`))
  );
}

/** An expression of Terraform's language, as the whole of a JSON string. */
export function expression(code: string): string {
  return `\${${code}}`;
}
