import { embeddedChains } from '../../shared/chains/embedded-chains.js';
import { runChainWith } from '../../shared/chains/run-chain.js';
import { functionHandler } from '../../shared/handler/function-handler.js';
import { lazyCloud } from '../../shared/handler/lazy-cloud.js';
import { pgDatabase } from '../../shared/store/pg-database.js';

export const { handler, initializer } = functionHandler(
  runChainWith(embeddedChains),
  { method: 'POST', path: '/chains/{name}/run', input: 'body', bodyOptional: true },
  { makeCloud: lazyCloud, makeDatabase: pgDatabase },
);
