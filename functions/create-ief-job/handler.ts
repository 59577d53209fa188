import { functionHandler } from '../../shared/handler/function-handler.js';
import { signedCloud } from '../../shared/handler/signed-cloud.js';
import { createIefJob } from '../../shared/operations/create-ief-job.js';
import { pgDatabase } from '../../shared/store/pg-database.js';

export const { handler, initializer } = functionHandler(
  createIefJob,
  { method: 'POST', input: 'body' },
  { makeCloud: signedCloud, makeDatabase: pgDatabase },
);
