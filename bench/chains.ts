/**
 * `npm run bench:chains`: what the database and the chains cost. `-- receiver` or `-- waiting` measures one of the two alone. Figures
 * depend on the machine: read the ratios.
 */
import { benchReceiver } from './receiver.js';
import { benchWaitingRuns } from './waiting-runs.js';

const only = process.argv[2];
try {
  if (!only || only === 'receiver') await benchReceiver();
  if (!only || only === 'waiting') await benchWaitingRuns();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
