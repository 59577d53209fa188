import { functionHandler } from '../../shared/handler/function-handler.js';
import { signedCloud } from '../../shared/handler/signed-cloud.js';
import { showIefJob } from '../../shared/operations/show-ief-job.js';

export const { handler, initializer } = functionHandler(
  showIefJob,
  { method: 'GET', path: '/ief-jobs/{job_id}', input: 'query', fromQuery: (query) => ({ ...query }) },
  { makeCloud: signedCloud },
);
