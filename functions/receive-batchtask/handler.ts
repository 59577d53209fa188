import { embeddedChains } from '../../shared/chains/embedded-chains.js';
import { receiveIntoChains } from '../../shared/chains/receive-into-chains.js';
import { boundedDatabase } from '../../shared/handler/bounded-database.js';
import { functionHandler } from '../../shared/handler/function-handler.js';
import { lazyCloud } from '../../shared/handler/lazy-cloud.js';
import { authenticatePush } from '../../shared/handler/push-signature.js';
import { RecentPushes } from '../../shared/operations/recent-pushes.js';

export const { handler, initializer } = functionHandler(
  receiveIntoChains(new RecentPushes(1_000), embeddedChains),
  { method: 'POST', input: 'body', authenticate: authenticatePush, lenientBody: true },
  { makeCloud: lazyCloud, makeDatabase: boundedDatabase(4_000, 1_500) },
);
