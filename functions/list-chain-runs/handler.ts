import { listChainRuns } from '../../shared/chains/run-operations.js';
import { functionHandler } from '../../shared/handler/function-handler.js';
import { withNumbers } from '../../shared/operations/query-numbers.js';
import { pgDatabase } from '../../shared/store/pg-database.js';

export const { handler, initializer } = functionHandler(
  listChainRuns,
  { method: 'GET', input: 'query', fromQuery: (query) => withNumbers(query, ['limit', 'offset']) },
  { makeDatabase: pgDatabase },
);
