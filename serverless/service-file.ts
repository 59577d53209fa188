import { readCheckedFile } from './checked-file.js';
import { findDeploymentProblems } from './deploy-checks.js';
import type { DeployableService } from './deployable.js';
import { type Environment, resolvePlaceholders } from './placeholders.js';
import { zoneOfRegion } from './region-time.js';
import { findCollisions, findPlatformLimits } from './service-checks.js';
import { keysAt, serviceSchema } from './service-schema.js';
import { toService } from './to-service.js';

/** What `serverless.yml` says, typed, with every `${env:…}` resolved and the provider's defaults filled in. */
export interface Service {
  readonly name: string;
  /** Region id, which also decides the time zone of timers. */
  readonly region: string;
  /** IANA zone that cron expressions without CRON_TZ are read in. */
  readonly zone: string;
  readonly functions: readonly ServiceFunction[];
}

/** One deployed function. */
export interface ServiceFunction {
  readonly name: string;
  readonly description: string;
  /** The application that the function belongs to; part of its URN. */
  readonly app: string;
  readonly runtime: string;
  /** `FILE.EXPORT`, as in `index.handler`. */
  readonly handler: string;
  readonly initializer?: string;
  /** In seconds; there where an initializer is. */
  readonly initializerTimeout?: number;
  /** In MB. */
  readonly memorySize: number;
  /** In seconds. */
  readonly timeout: number;
  /** Folder of the bundle, relative to the file. */
  readonly codeUri: string;
  /** The agency whose temporary credentials the code gets. */
  readonly agency?: string;
  /** Plain variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that the platform stores encrypted: not for logs. */
  readonly encryptedEnvironment: Readonly<Record<string, string>>;
  readonly routes: readonly ServiceRoute[];
  readonly timers: readonly ServiceTimer[];
}

/** One API Gateway route. */
export interface ServiceRoute {
  readonly name: string;
  /** `GET`, `POST` …, or `ANY`. */
  readonly method: string;
  readonly path: string;
  readonly auth: 'IAM' | 'APP' | 'NONE';
  /** `NORMAL`: the path itself; `SWA`: everything below it too. */
  readonly matchMode: 'NORMAL' | 'SWA';
  /** How long the gateway waits for the function, in ms. */
  readonly timeoutMs: number;
  readonly active: boolean;
}

/** One TIMER trigger. */
export interface ServiceTimer {
  readonly name: string;
  readonly scheduleType: 'Rate' | 'Cron';
  readonly schedule: string;
  /** Handed to the function as `user_event`, always a text. */
  readonly userEvent: string;
  readonly active: boolean;
}

/** Everything that is wrong with the file, one line each: `serverless.yml:LINE: what is wrong. What to write instead.` */
export class ServiceFileError extends Error {
  override readonly name = 'ServiceFileError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads `serverless.yml`. `env` is where `${env:NAME}` is taken from.
 * @throws ServiceFileError with every problem, in the order of the lines
 */
export function readServiceFile(path: string, env: Environment = process.env): DeployableService {
  const document = readCheckedFile(path, {
    schema: serviceSchema,
    keysAt,
    prepare: (raw, complain) =>
      resolvePlaceholders(raw, env, (at, problem) => complain({ path: at, text: `${at.join('.')} ${problem}` })),
    rules: (raw, checked) => [
      ...findCollisions(raw),
      ...(checked ? findPlatformLimits(checked, zoneOfRegion(checked.provider.region)) : []),
      ...(checked ? findDeploymentProblems(checked) : []),
    ],
    isSecret: (at) => at.includes('encryptedUserData'),
    fail: (problems) => new ServiceFileError(problems),
  });
  return toService(document);
}
