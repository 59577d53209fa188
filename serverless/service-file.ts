import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { nearMiss } from '../shared/schemas/near-miss.js';
import { lineOf } from './line-of.js';
import { type Environment, type Path, resolvePlaceholders } from './placeholders.js';
import { zoneOfRegion } from './region-time.js';
import { findCollisions, findPlatformLimits, type Problem } from './service-checks.js';
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
export function readServiceFile(path: string, env: Environment = process.env): Service {
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines });
  const fail = (problems: readonly { line: number; text: string }[]): never => {
    const sorted = [...problems].sort((a, b) => a.line - b.line);
    throw new ServiceFileError(sorted.map(({ line, text }) => `${basename(path)}:${line}: ${text}`));
  };
  if (document.errors.length > 0) {
    fail(
      document.errors.map((e) => ({
        line: lines.linePos(e.pos[0]).line,
        text: `${firstLine(e.message)} Mend the YAML.`,
      })),
    );
  }

  const problems: Problem[] = [];
  const raw = resolvePlaceholders(document.toJS(), env, (at, problem) => {
    problems.push({ path: at, text: `${at.join('.')} ${problem}` });
  });
  const parsed = serviceSchema.safeParse(raw);
  for (const issue of parsed.error?.issues ?? []) problems.push(...describe(issue, raw));
  problems.push(...findCollisions(raw));
  if (parsed.success) problems.push(...findPlatformLimits(parsed.data, zoneOfRegion(parsed.data.provider.region)));
  if (problems.length > 0 || !parsed.success) {
    return fail(problems.map(({ path: at, text }) => ({ line: lineOf(document, lines, at), text })));
  }
  return toService(parsed.data);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new ServiceFileError([`${path}: cannot be read (${code}). Run from the folder of the project.`]);
  }
}

interface Issue {
  readonly code: string;
  readonly path: PropertyKey[];
  readonly message: string;
  readonly keys?: string[];
}

/** A zod issue in words: the place, what stands there, and the remedy that the schema holds. */
function describe(issue: Issue, raw: unknown): Problem[] {
  const path = issue.path.filter((segment) => typeof segment !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => {
      const guess = nearMiss(key, keysAt(path));
      const remedy = guess ? `Did you mean ${guess}?` : `Remove it; known are ${keysAt(path).join(', ')}.`;
      return { path: [...path, key], text: `${[...path, key].join('.')} is not a known key. ${remedy}` };
    });
  }
  const value = valueAt(raw, path);
  return [{ path, text: `${path.join('.') || 'the file'} ${whatIs(value, path)}. ${issue.message}.` }];
}

function whatIs(value: unknown, path: Path): string {
  if (value === undefined || value === null) return 'is missing';
  if (value === '') return 'is empty';
  if (typeof value === 'object' || path.includes('encryptedUserData')) return 'has the wrong form';
  return `is ${JSON.stringify(value)}`;
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], raw);
}

function firstLine(message: string): string {
  const [line = message] = message.split(' at line ');
  return line.endsWith('.') ? line : `${line}.`;
}
