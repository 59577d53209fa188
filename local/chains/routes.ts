import { randomUUID } from 'node:crypto';
import type { UnknownIs } from '../../shared/chains/decide-retry.js';
import type { ListedRun, ShownRun } from '../../shared/chains/runs.js';
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

async function ask<Body>(target: string, method = 'GET', input?: object): Promise<Body> {
  const headers: Record<string, string> = {
    ...(method === 'POST' ? { 'idempotency-key': `"${randomUUID()}"` } : {}),
    ...(input ? { 'content-type': 'application/json' } : {}),
  };
  const response = await fetch(target, { method, headers, ...(input ? { body: JSON.stringify(input) } : {}) }).catch(
    (error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
      const what = `Nothing answers at ${new URL(target).origin}${cause ? ` (${cause})` : ''}.`;
      throw new NoAnswerError(`${what} Start it with npm start, or give another address with --url.`);
    },
  );
  const text = await response.text();
  const body = parsed(text);
  if (response.ok && body !== undefined) return body as Body;
  const { detail, error_msg } = (body ?? {}) as { detail?: unknown; error_msg?: unknown };
  const message = `HTTP ${response.status}: ${detail ?? error_msg ?? text.slice(0, 300)}`;
  throw response.status >= 500 ? new NoAnswerError(message) : new UsageError(message);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
