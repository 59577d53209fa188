import { randomUUID } from 'node:crypto';
import type { ListedRun, ShownRun } from '../../shared/chains/runs.js';
import { UsageError } from '../plain-errors.js';

export interface RunPage {
  readonly runs: readonly ListedRun[];
  readonly total: number;
}

/** The routes of the chains at one address. Each throws UsageError with what was answered where it is no success. */
export interface ChainRoutes {
  list(filter: Readonly<Record<string, string>>): Promise<RunPage>;
  show(id: string): Promise<ShownRun>;
  run(chain: string): Promise<ListedRun>;
  retry(id: string): Promise<ListedRun>;
  cancel(id: string): Promise<ListedRun>;
}

export function chainRoutes(url: string): ChainRoutes {
  const part = encodeURIComponent;
  return {
    list: (filter) => ask(`${url}/chain-runs?${new URLSearchParams(filter)}`),
    show: (id) => ask(`${url}/chain-runs/${part(id)}`),
    run: (chain) => ask(`${url}/chains/${part(chain)}/run`, 'POST'),
    retry: (id) => ask(`${url}/chain-runs/${part(id)}/retry`, 'POST'),
    cancel: (id) => ask(`${url}/chain-runs/${part(id)}/cancel`, 'POST'),
  };
}

async function ask<Body>(target: string, method = 'GET'): Promise<Body> {
  const headers: Record<string, string> = method === 'POST' ? { 'idempotency-key': `"${randomUUID()}"` } : {};
  const response = await fetch(target, { method, headers }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
    const what = `Nothing answers at ${new URL(target).origin}${cause ? ` (${cause})` : ''}.`;
    throw new UsageError(`${what} Start it with npm start, or give another address with --url.`);
  });
  const text = await response.text();
  const body = parsed(text);
  if (response.ok && body !== undefined) return body as Body;
  const { detail, error_msg } = (body ?? {}) as { detail?: unknown; error_msg?: unknown };
  throw new UsageError(`HTTP ${response.status}: ${detail ?? error_msg ?? text.slice(0, 300)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
