import { functionHandler } from '../../shared/handler/function-handler.js';
import { signedCloud } from '../../shared/handler/signed-cloud.js';
import { createInvocations } from '../../shared/operations/create-invocations.js';
import { pgDatabase } from '../../shared/store/pg-database.js';

export const { handler, initializer } = functionHandler(
  createInvocations,
  { method: 'POST', input: 'body' },
  { makeCloud: signedCloud, makeDatabase: pgDatabase },
);
