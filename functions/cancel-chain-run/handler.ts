import { cancelChainRun } from '../../shared/chains/run-operations.js';
import { functionHandler } from '../../shared/handler/function-handler.js';
import { pgDatabase } from '../../shared/store/pg-database.js';

export const { handler, initializer } = functionHandler(
  cancelChainRun,
  { method: 'POST', path: '/chain-runs/{id}/cancel', input: 'body', bodyOptional: true },
  { makeDatabase: pgDatabase },
);
