import { listAgentInvocations } from '../../../shared/client/ces.js';
import { createCloudClient } from '../../../shared/client/create-cloud-client.js';
import { destroyPools } from '../../../shared/client/pools.js';
import { exchange } from '../../../shared/client/transport.js';

/** Bundled by the tests as a function is, to use the client as it is deployed. */
export const client = { createCloudClient, destroyPools, exchange, listAgentInvocations };
