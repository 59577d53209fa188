import { functionHandler } from '../../shared/handler/function-handler.js';
import { signedCloud } from '../../shared/handler/signed-cloud.js';
import { listInputFromQuery, listInvocations } from '../../shared/operations/list-invocations.js';

export const { handler, initializer } = functionHandler(
  listInvocations,
  {
    method: 'GET',
    input: 'query',
    fromQuery: listInputFromQuery,
  },
  { makeCloud: signedCloud },
);
