import { boundedDatabase } from '../../shared/handler/bounded-database.js';
import { functionHandler } from '../../shared/handler/function-handler.js';
import { lazyCloud } from '../../shared/handler/lazy-cloud.js';
import { authenticatePush } from '../../shared/handler/push-signature.js';
import { receiveBatchtask } from '../../shared/operations/receive-batchtask.js';

export const { handler, initializer } = functionHandler(
  receiveBatchtask,
  { method: 'POST', input: 'body', authenticate: authenticatePush, lenientBody: true },
  { makeCloud: lazyCloud, makeDatabase: boundedDatabase(4_000) },
);
