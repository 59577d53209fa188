/** `npm run bench:chains`: what the database and the chains cost. Figures depend on the machine: read the ratios. */
import { benchReceiver } from './receiver.js';

try {
  await benchReceiver();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
