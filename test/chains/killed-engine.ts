import { type EngineOrder, runEngine } from './engine-process.js';

/** A process that does an engine's work, and kills itself at a point of it: `{order, killAt}` comes as its one argument. */
const { order, killAt } = JSON.parse(process.argv[2] ?? '') as { order: EngineOrder; killAt: number };
let point = 0;
runEngine(order, () => {
  point += 1;
  if (point === killAt) process.kill(process.pid, 'SIGKILL');
  // The signal needs its moment to arrive; nothing may happen meanwhile.
  return point === killAt ? new Promise<void>(() => setInterval(() => undefined, 1_000)) : undefined;
}).then(
  () => process.exit(0),
  () => process.exit(1),
);
