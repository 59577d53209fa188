import { type AccountFunction, variablesOf } from './account-state.js';
import { deploymentVariable, shortDigest } from './deployment-variable.js';
import type { DesiredFunction, DesiredService, DesiredSettings } from './desired.js';
import { type Change, isOwner, type PlanOptions } from './plan-steps.js';

interface Shown {
  readonly key: keyof DesiredSettings;
  readonly what: string;
  readonly unit?: string;
}

/** The runtime is missing here: it cannot be changed, see {@link findRefusals}. */
const compared: readonly Shown[] = [
  { key: 'handler', what: 'handler' },
  { key: 'memory_size', what: 'memory', unit: ' MB' },
  { key: 'timeout', what: 'timeout', unit: ' s' },
  { key: 'description', what: 'description' },
  { key: 'app_xrole', what: 'agency' },
  { key: 'initializer_handler', what: 'initializer' },
  { key: 'initializer_timeout', what: 'initializer timeout', unit: ' s' },
];

export function settingChanges({ settings }: DesiredFunction, { config }: AccountFunction): Change[] {
  return compared.flatMap(({ key, what, unit = '' }) => {
    if (key === 'initializer_timeout' && settings.initializer_handler === '') return [];
    const wanted = settings[key];
    const there = config[key] ?? (typeof wanted === 'number' ? 0 : '');
    if (String(there) === String(wanted)) return [];
    const show = (value: unknown) => (value === '' ? 'none' : `${value}${unit}`);
    return [{ what, text: `${show(there)} → ${show(wanted)}` }];
  });
}

/** By name only: a value may be somebody's secret all the same. */
export function variableChanges({ variables }: DesiredFunction, account: AccountFunction): Change[] {
  const { [deploymentVariable]: _own, ...there } = account.variables;
  const names = [...new Set([...Object.keys(variables), ...Object.keys(there)])].sort();
  return names.flatMap((name) => {
    if (variables[name] === there[name]) return [];
    const how = there[name] === undefined ? 'added' : variables[name] === undefined ? 'removed' : 'changed';
    return [{ what: 'variable', text: `${name} ${how}` }];
  });
}

/** Encrypted variables are not read back: their fingerprints are compared. */
export function secretChanges({ fingerprints }: DesiredFunction, account: AccountFunction): Change[] {
  const there = account.deployment?.secrets ?? {};
  const set = secretNames(account);
  const names = [...new Set([...Object.keys(fingerprints), ...set])].sort();
  return names.flatMap((name) => {
    const wanted = fingerprints[name];
    if (wanted === undefined) return [{ what: 'encrypted variable', text: `${name} removed` }];
    if (wanted === there[name] && wanted !== '') return [];
    return [{ what: 'encrypted variable', text: `${name} ${howSet(wanted, there[name], set.includes(name))}` }];
  });
}

function howSet(wanted: string, there: string | undefined, isSet: boolean): string {
  if (!isSet) return 'added';
  if (wanted === '') return 'set again: temporary keys cannot tell whether it changed; FLEETBATCH_DEPLOY_KEY can';
  return there ? 'changed, or deployed with another key before' : 'set again: nothing tells what it was';
}

/** The names of the encrypted variables that a function has, as far as anything tells them. */
function secretNames({ deployment, config }: AccountFunction): string[] {
  return Object.keys({ ...deployment?.secrets, ...variablesOf(config.encrypted_user_data) });
}

/**
 * The code is the same where the platform's digest is the SHA-512 of the zip, as its page says; or, should it be something else, where the last
 * deployment sent the same zip and the digest is still the one that it got then.
 */
export function codeChange({ code }: DesiredFunction, { config, deployment }: AccountFunction): Change | undefined {
  const digest = config.digest ?? '';
  if (digest.toLowerCase() === code.sha512) return undefined;
  const sent = deployment?.code;
  if (sent && sent.sha256 === shortDigest(code.sha256) && sent.digest === shortDigest(digest)) return undefined;
  const before = typeof config.code_size === 'number' ? `${kilobytes(config.code_size)} → ` : '';
  return { what: 'code', text: `${before}${kilobytes(code.zip.length)}, sha256 ${code.sha256.slice(0, 12)}` };
}

export function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

/** Why an existing function must not be changed, or cannot be changed into what is wanted. */
export function findRefusals(
  desired: DesiredFunction,
  account: AccountFunction,
  service: DesiredService,
  options: PlanOptions,
): string[] {
  const { name, settings, emptySecrets } = desired;
  const problems: string[] = [];
  if (!isOwner(service, account.deployment) && !options.adopt) {
    const by = account.deployment
      ? `by ${account.deployment.service}, stage ${account.deployment.stage}`
      : 'by hand or by another tool';
    problems.push(
      `${name} is on the account already, made ${by}. Give the function another name, deploy with another --stage, or take it over with --adopt: its code, settings and variables are replaced then.`,
    );
  }
  if (account.config.runtime && account.config.runtime !== settings.runtime) {
    problems.push(
      `${name} runs on ${account.config.runtime}, and FunctionGraph cannot change the runtime to ${settings.runtime}. Nothing is recreated here, because that unpublishes its routes: deploy under another name or --stage, move the callers, then delete the old one.`,
    );
  }
  if (!options.clearSecrets) {
    const set = secretNames(account);
    for (const secret of emptySecrets.filter((one) => set.includes(one))) {
      problems.push(
        `${name}: the encrypted variable ${secret} is set on the account and has no value here. Export ${secret}, or take it away with --clear-secrets.`,
      );
    }
  }
  return problems;
}
