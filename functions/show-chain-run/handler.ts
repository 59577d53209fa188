import { showChainRun } from '../../shared/chains/run-operations.js';
import { functionHandler } from '../../shared/handler/function-handler.js';
import { pgDatabase } from '../../shared/store/pg-database.js';

export const { handler, initializer } = functionHandler(
  showChainRun,
  { method: 'GET', path: '/chain-runs/{id}', input: 'query', fromQuery: (query) => ({ ...query }) },
  { makeDatabase: pgDatabase },
);
