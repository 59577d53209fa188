import { advanceChainsWith } from '../../shared/chains/advance-chains.js';
import type { Chain } from '../../shared/chains/chain.js';
import { manualEvent } from '../../shared/chains/chain-event.js';
import { startRun } from '../../shared/chains/start-runs.js';
import { realTiming } from '../../shared/client/timing.js';
import { readContext } from '../../shared/handler/context.js';
import { signedCloud } from '../../shared/handler/signed-cloud.js';
import { pgDatabase } from '../../shared/store/pg-database.js';
import { type AtPoint, clientWithPoints, withPoints } from './points.js';

/** What an engine needs to know; as JSON it goes to a process of its own. */
export interface EngineOrder {
  readonly settings: Readonly<Record<string, string>>;
  readonly chains: readonly Chain[];
  /** Milliseconds that the clock of the database is ahead. */
  readonly aheadMs: number;
  /** Start this chain, as a receiver of a push does, instead of advancing. */
  readonly start?: { readonly chain: string; readonly event: Record<string, string>; readonly key: string };
}

const remainingMs = () => 120_000;

/** One pass of the built operation, or the transaction that starts a run, with a point at everything that it does. */
export async function runEngine({ settings, chains, aheadMs, start }: EngineOrder, atPoint: AtPoint): Promise<void> {
  const setting = (name: string) => settings[name];
  const url = settings.DATABASE_URL ?? '';
  const database = withPoints(pgDatabase({ url, remainingMs }), atPoint, () => aheadMs);
  if (start) {
    const chain = chains.find((one) => one.name === start.chain);
    if (chain) await database.transaction((tx) => startRun(tx, chain, manualEvent(start.event, start.key)));
    return;
  }
  const sources = {
    context: readContext({}, { now: Date.now, newId: () => 'id' }),
    remainingMs,
    setting,
    observe: () => undefined,
    keepSecret: () => undefined,
  };
  const cloud = clientWithPoints(signedCloud(sources), atPoint);
  const context = {
    cloud,
    database,
    region: setting('HUAWEICLOUD_REGION'),
    setting,
    log: () => undefined,
    remainingMs,
  };
  await advanceChainsWith(chains, { keysKept: true, patienceMs: 0 }).run({}, { ...context, timing: realTiming });
}
