import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { keepInputSecrets } from '../shared/handler/input-secrets.js';
import { isSecretName } from '../shared/schemas/secret-names.js';
import type { DeployableService } from './deployable.js';
import { findPlaceholders, type Path, type Placeholder } from './placeholders.js';
import { readServiceFile } from './service-file.js';

/** A variable of the file that another tool asks for under a name of its own. */
export interface TemplateVariable {
  readonly name: string;
  /** The default of the file, undefined where it has none. */
  readonly fallback: string | undefined;
}

/** `serverless.yml` for a tool with variables of its own. */
export interface Template {
  /** What the file says, with `write(variable)` in place of each variable. */
  readonly service: DeployableService;
  readonly variables: readonly TemplateVariable[];
  /** IANA zone of the region that the file has by default. */
  readonly zone: string;
}

/**
 * Reads `serverless.yml` and leaves its variables open. Of the environment of this machine nothing gets into it, so that the
 * result is the same everywhere and holds no secret of whoever makes it. A variable that decides about the form of something, a
 * schedule or a size, cannot be left open: there the default of the file counts.
 *
 * @throws ServiceFileError as readServiceFile does
 */
export function readTemplate(path: string, write: (variable: TemplateVariable) => string): Template {
  const placeholders = placeholdersOf(path);
  const withoutDefault = placeholders.filter(({ fallback }) => fallback === undefined);
  const standIns = Object.fromEntries(withoutDefault.map(({ name }) => [name, `set-${name}`]));
  const { zone } = readServiceFile(path, standIns);
  const fixed = new Set(placeholders.filter((one) => !isFreeText(one.path)).map(({ name }) => name));
  const open = placeholders.filter((one) => !fixed.has(one.name));
  const variables = [...new Map(open.map(({ name, fallback }) => [name, { name, fallback }])).values()];
  const written = Object.fromEntries(variables.map((variable) => [variable.name, write(variable)]));
  return { service: readServiceFile(path, { ...standIns, ...written }), variables, zone };
}

function placeholdersOf(path: string): Placeholder[] {
  try {
    return findPlaceholders(parse(readFileSync(path, 'utf8')));
  } catch {
    // The reader of the file says what is wrong with it, and in which line.
    return [];
  }
}

const freeKeys = [
  'groupId',
  'instanceId',
  'slDomain',
  'region',
  'stage',
  'credentials',
  'appXrole',
  'xrole',
  'agencyName',
];
const freeParents = ['variables', 'userData', 'encryptedUserData'];

/** True where any text may stand, so also the name of a variable. */
function isFreeText(path: Path): boolean {
  return freeKeys.includes(String(path.at(-1))) || freeParents.includes(String(path.at(-2)));
}

/** The names of a function's variables whose values are nobody's business: encrypted ones, and others with a telling name. */
export function secretVariables(fn: DeployableService['functions'][number]): string[] {
  return [...Object.keys(fn.encryptedEnvironment), ...Object.keys(fn.environment).filter(isSecretName)];
}

/** True where the event that a timer hands over holds a password or the like. */
export function holdsSecret(userEvent: string): boolean {
  let found = false;
  try {
    keepInputSecrets(JSON.parse(userEvent), () => {
      found = true;
    });
  } catch {
    // What is no JSON has no fields.
  }
  return found;
}
