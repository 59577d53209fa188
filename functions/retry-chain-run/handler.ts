import { embeddedChains } from '../../shared/chains/embedded-chains.js';
import { retryChainRunWith } from '../../shared/chains/run-operations.js';
import { functionHandler } from '../../shared/handler/function-handler.js';
import { lazyCloud } from '../../shared/handler/lazy-cloud.js';
import { pgDatabase } from '../../shared/store/pg-database.js';

export const { handler, initializer } = functionHandler(
  retryChainRunWith(embeddedChains),
  { method: 'POST', path: '/chain-runs/{id}/retry', input: 'body', bodyOptional: true },
  { makeCloud: lazyCloud, makeDatabase: pgDatabase },
);
