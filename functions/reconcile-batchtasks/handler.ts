import { embeddedChains } from '../../shared/chains/embedded-chains.js';
import { reconcileBatchtasksWith } from '../../shared/chains/reconcile-batchtasks.js';
import { functionHandler } from '../../shared/handler/function-handler.js';
import { signedCloud } from '../../shared/handler/signed-cloud.js';
import { pgDatabase } from '../../shared/store/pg-database.js';

export const { handler, initializer } = functionHandler(
  reconcileBatchtasksWith(embeddedChains),
  { method: 'POST', input: 'body', repeatable: true },
  { makeCloud: signedCloud, makeDatabase: pgDatabase },
);
