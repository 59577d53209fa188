import { parseArgs } from 'node:util';
import { UsageError } from '../local/plain-errors.js';

const flags = ['dry-run', 'prune', 'adopt', 'clear-secrets', 'yes'] as const;
type Flag = (typeof flags)[number];

export interface CommandLine {
  readonly stage?: string;
  readonly endpoint?: string;
  readonly flags: ReadonlySet<Flag>;
  /** The command as it can be typed again. */
  readonly command: string;
}

const helps: Readonly<Record<string, string>> = {
  '--stage S': 'deploy under the names NAME-S, beside those of other stages',
  '--endpoint URL': 'FunctionGraph at this address, as http://127.0.0.1:3001 for the cloud of npm start',
  '--dry-run': 'show the plan, change nothing',
  '--prune': 'delete what earlier deployments made and serverless.yml no longer has',
  '--adopt': 'take over functions of the same name that were made by hand or by another tool',
  '--clear-secrets': 'let encrypted variables without a value here lose theirs on the account',
  '--yes': 'do not ask',
};

/** @throws UsageError for an option that the command does not have, with those that it has */
export function commandLine(script: 'deploy' | 'remove', args: string[], allowed: readonly Flag[]): CommandLine {
  const options = {
    stage: { type: 'string' },
    endpoint: { type: 'string' },
    ...Object.fromEntries(allowed.map((flag) => [flag, { type: 'boolean' }])),
  } as const;
  try {
    const { values } = parseArgs({ args, options });
    const { stage, endpoint } = values as { stage?: string; endpoint?: string };
    const given = allowed.filter((flag) => (values as Record<string, unknown>)[flag] === true);
    return {
      ...(stage === undefined ? {} : { stage }),
      ...(endpoint === undefined ? {} : { endpoint }),
      flags: new Set(given),
      command: [`npm run ${script}`, ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError([problem, `Usage: npm run ${script} -- [OPTIONS]`, ...usage(allowed)].join('\n'));
  }
}

function usage(allowed: readonly Flag[]): string[] {
  const known = ['--stage S', '--endpoint URL', ...allowed.map((flag) => `--${flag}`)];
  return known.map((option) => `  ${option.padEnd(16)} ${helps[option]}`);
}
