import { functionHandler } from '../../shared/handler/function-handler.js';
import { signedCloud } from '../../shared/handler/signed-cloud.js';
import { startStopRomaTasks } from '../../shared/operations/start-stop-roma-tasks.js';
import { pgDatabase } from '../../shared/store/pg-database.js';

export const { handler, initializer } = functionHandler(
  startStopRomaTasks,
  { method: 'POST', input: 'body' },
  { makeCloud: signedCloud, makeDatabase: pgDatabase },
);
