import { randomUUID } from 'node:crypto';
import type { UnknownIs } from '../../shared/chains/decide-retry.js';
import type { ListedRun, ShownRun } from '../../shared/chains/runs.js';
import { isRecord } from '../../shared/schemas/rules.js';
import { UsageError } from '../plain-errors.js';
import { NoAnswerError } from './no-answer-error.js';

export interface RunPage {
  readonly runs: readonly ListedRun[];
  readonly total: number;
}

/** The routes of the chains at one address. Each throws UsageError with what was answered where it is no success. */
export interface ChainRoutes {
  list(filter: Readonly<Record<string, string>>): Promise<RunPage>;
  show(id: string): Promise<ShownRun>;
  /** @param event what expressions see under that name */
  run(chain: string, event?: Readonly<Record<string, unknown>>): Promise<ListedRun>;
  /** @param unknown what became of steps whose outcome nobody knows */
  retry(id: string, unknown?: UnknownIs): Promise<ListedRun>;
  cancel(id: string): Promise<ListedRun>;
}

export function chainRoutes(url: string): ChainRoutes {
  const part = encodeURIComponent;
  return {
    list: (filter) => ask(`${url}/chain-runs?${new URLSearchParams(filter)}`),
    show: (id) => ask(`${url}/chain-runs/${part(id)}`),
    run: (chain, event) => ask(`${url}/chains/${part(chain)}/run`, 'POST', event && { event }),
    retry: (id, unknown) => ask(`${url}/chain-runs/${part(id)}/retry`, 'POST', unknown && { unknown }),
    cancel: (id) => ask(`${url}/chain-runs/${part(id)}/cancel`, 'POST'),
  };
}

/** Longer than the functions behind the routes may take, milliseconds; whoever follows a run asks again. */
const longest = { GET: 10_000, POST: 30_000 };
/** Causes of a failed fetch after which nothing has reached anybody. */
const unreached = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

async function ask<Body>(target: string, method: 'GET' | 'POST' = 'GET', input?: object): Promise<Body> {
  const headers: Record<string, string> = {
    ...(method === 'POST' ? { 'idempotency-key': `"${randomUUID()}"` } : {}),
    ...(input ? { 'content-type': 'application/json' } : {}),
  };
  const signal = AbortSignal.timeout(longest[method]);
  const request = { method, headers, signal, ...(input ? { body: JSON.stringify(input) } : {}) };
  const { response, text } = await fetch(target, request)
    .then(async (answer) => ({ response: answer, text: await answer.text() }))
    .catch((error: unknown) => {
      throw new NoAnswerError(withoutAnswer(error, target, method));
    });
  const body = parsed(text);
  if (response.ok && isOurs(body)) return body as Body;
  if (response.ok) {
    const { origin } = new URL(target);
    throw new UsageError(
      `Something else than the routes of the chains answers at ${origin}; give another address with --url.`,
    );
  }
  const { detail, error_msg } = (body ?? {}) as { detail?: unknown; error_msg?: unknown };
  const message = `HTTP ${response.status}: ${detail ?? error_msg ?? text.slice(0, 300)}`;
  throw response.status >= 500 ? new NoAnswerError(message) : new UsageError(message);
}

/** A page of runs, or one of them. */
function isOurs(body: unknown): boolean {
  return (
    isRecord(body) && (Array.isArray(body.runs) || (typeof body.id === 'string' && typeof body.state === 'string'))
  );
}

/** Why there is no answer, and whether what was asked for may have been done. */
function withoutAnswer(error: unknown, target: string, method: 'GET' | 'POST'): string {
  const { origin } = new URL(target);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = message ? ` (${message})` : '';
  // What fetch itself refuses has no code.
  if (code === undefined || unreached.includes(code)) {
    return `Nothing answers at ${origin}${why}. Start it with npm start, or give another address with --url.`;
  }
  const doubt = method === 'GET' ? '' : ' It may have been done all the same: list the runs before you repeat it.';
  return `No answer came from ${origin}${why}.${doubt}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
