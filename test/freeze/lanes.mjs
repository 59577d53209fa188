import { availableParallelism } from 'node:os';
import { startFarSide } from './far-side.mjs';
import { InstanceLost, startInstance } from './instance.mjs';
import { places } from './places.mjs';
import { runTrial } from './trial.mjs';

/** A pause of the wrong length, on a machine that is busy, is tried again; so often, for each trial of a cell. */
const missesPerTrial = 3;

/**
 * So many instances start at the same time. A start with its first invocation is nearly all processor time: a hundred at once
 * would need longer than an invocation has, and tell of the machine only.
 */
const startsAtOnce = 2 * availableParallelism();

const lost = { missed: false, failed: true, doubled: 0, repeated: false };

/**
 * Runs the trials of all cells, many instances side by side: nearly all the time they are frozen. A lane holds the cells that
 * one process can do one after the other: the same bundle, the same Node.js, the same clocks.
 * @param {(import('./cells.mjs').Cell & { runtime: { version: string, path: string } })[]} cells
 * @param {{ trials: number, children: number, bundleOf: (name: string) => string, remainingMs: number, limitMs: number,
 *   print: (line: string) => void }} options
 * @returns {Promise<{ passed: number, failed: number, trials: number }>} cells that passed and failed
 */
export async function runCells(cells, options) {
  const deadline = performance.now() + options.limitMs;
  const tallies = cells.map((cell) => newTally(cell, Math.max(1, Math.round(options.trials * cell.share))));
  const lanes = lanesOf(tallies);
  const startingPlace = places(startsAtOnce);
  const work = async () => {
    for (let lane = nextLane(lanes); lane && performance.now() < deadline; lane = nextLane(lanes)) {
      lane.workers += 1;
      await workIn(lane, { ...options, deadline, startingPlace });
      lane.workers -= 1;
    }
  };
  await Promise.all(Array.from({ length: options.children }, work));
  for (const tally of tallies) if (tally.done < tally.trials) options.print(lineOf(tally));
  const passed = tallies.filter(isGood).length;
  const trials = tallies.reduce((sum, { done }) => sum + done, 0);
  return { passed, failed: tallies.length - passed, trials };
}

function newTally(cell, trials) {
  return { cell, trials, started: 0, done: 0, failures: 0, doubled: 0, repeated: 0, misses: 0, reasons: new Map() };
}

function lanesOf(tallies) {
  const lanes = new Map();
  for (const tally of tallies) {
    const { runtime, call, still } = tally.cell;
    const key = [runtime.version, call.bundle, still].join(' ');
    const lane = lanes.get(key) ?? { runtime, bundle: call.bundle, still, tallies: [], workers: 0 };
    lane.tallies.push(tally);
    lanes.set(key, lane);
  }
  return [...lanes.values()];
}

const openTrials = (lane) => lane.tallies.reduce((sum, { trials, started }) => sum + trials - started, 0);

/** The lane with most to do for each of its workers. */
function nextLane(lanes) {
  const perWorker = (lane) => openTrials(lane) / (lane.workers + 1);
  const [busiest] = lanes.filter((lane) => openTrials(lane) > 0).sort((a, b) => perWorker(b) - perWorker(a));
  return busiest;
}

/** Works with one instance until the lane has nothing left, or the instance is lost. */
async function workIn(lane, { bundleOf, remainingMs, deadline, startingPlace, print }) {
  const leave = await startingPlace();
  const farSide = await startFarSide();
  let instance;
  let tally;
  try {
    const { runtime, bundle, still } = lane;
    const start = { node: runtime.path, bundle: bundleOf(bundle), cloudUrl: farSide.url, remainingMs, still };
    instance = await startInstance(start);
    while (performance.now() < deadline) {
      tally = lane.tallies.find(({ trials, started }) => started < trials);
      if (!tally) break;
      const number = tally.started;
      tally.started += 1;
      const id = `t${lane.tallies.indexOf(tally)}-${number}-${tally.misses}`;
      const trial = { id, queued: number % 2 === 0, firstAnswered: leave };
      record(tally, await runTrial(tally.cell, { instance, farSide }, trial), print);
    }
  } catch (error) {
    if (!(error instanceof InstanceLost) || !tally) throw error;
    record(tally, { ...lost, why: `the instance was lost: ${error.message}` }, print);
  } finally {
    leave();
    await instance?.end();
    await farSide.close();
  }
}

function record(tally, { missed, failed, doubled, repeated, why }, print) {
  tally.doubled += doubled;
  if (missed && !failed && tally.misses < tally.trials * missesPerTrial) {
    tally.misses += 1;
    tally.started -= 1;
    return;
  }
  tally.done += 1;
  if (missed || failed) tally.failures += 1;
  if (repeated) tally.repeated += 1;
  if (why !== '') tally.reasons.set(generalised(why), (tally.reasons.get(generalised(why)) ?? 0) + 1);
  if (tally.done === tally.trials) print(lineOf(tally));
}

/** Without what differs from one trial to the next, so that equal reasons are counted as one. */
function generalised(reason) {
  return reason
    .replace(/\bt\d+-\d+-\d+-(before|after)[-\d,]*/g, 'ID')
    .replace(/127\.0\.0\.1:\d+/g, 'the cloud')
    .replace(/\. The call was sent.*/s, '');
}

function isGood({ cell, trials, done, failures, doubled, repeated }) {
  return done === trials && failures === 0 && doubled === 0 && (repeated === 0 || cell.mayRepeat === true);
}

function lineOf(tally) {
  const { cell, trials, done, failures, doubled, repeated, misses, reasons } = tally;
  const figures = [`${done} trials`, `${failures} failures`, `${doubled} doubled`, `${repeated} repeated`]
    .map((text) => text.padStart(13))
    .join('');
  const notes = [
    ...(done < trials ? [`${trials - done} trials were not made in time`] : []),
    ...(misses > 0 ? [`${misses} tried again for a pause of the wrong length`] : []),
    ...[...reasons].map(([reason, count]) => `${count} × ${reason}`),
  ];
  const head = `${isGood(tally) ? 'ok    ' : 'FAILED'}  ${cell.label}${figures}`;
  return [head, ...notes.map((note) => `          ${note}`)].join('\n');
}
