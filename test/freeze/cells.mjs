import { farSides } from './far-side.mjs';
import { guardMs } from './trial.mjs';

/** One invocation: its id, what it is called with, and how its answer and its calls are known again. */
function listInvocation(id) {
  return {
    id,
    input: { instance_id: id, limit: 1 },
    firstIds: [id],
    isPost: false,
    calls: 1,
    connections: 1,
    isAnswer: (body) => body?.invocations?.[0]?.instance_id === id,
  };
}

function createInvocation(id, count) {
  const ids = Array.from({ length: count }, (_, index) => `${id}-${index}`);
  const firstIds = ids.filter((_, index) => index % 100 === 0);
  return {
    id,
    input: { invocation_type: 'INSTALL', invocation_target: 'telescope', instance_ids: ids },
    firstIds,
    isPost: true,
    calls: firstIds.length,
    connections: Math.max(1, firstIds.length - 1),
    isAnswer: (body) => body?.summary?.successful === count,
  };
}

const list = { name: 'GET', bundle: 'list-invocations', invocation: listInvocation };
const create = { name: 'POST', bundle: 'create-invocations', invocation: (id) => createInvocation(id, 1) };
/** 301 ids go as one call and then three at once, over three connections that all lie idle. */
const createMany = { name: '4 POSTs', bundle: 'create-invocations', invocation: (id) => createInvocation(id, 301) };

const calls = [list, create];
const delays = [0, 3, 20];
const long = { frozenMs: guardMs + 100, restIsRight: (ms) => ms > guardMs };
/** The guard does not look at these: only a FIN or RST that has arrived can tell that a connection is dead. */
const short = { frozenMs: 200, restIsRight: (ms) => ms >= 150 && ms <= guardMs };
/** No clock tells of the pause at all. What was certainly not sent may then take a second attempt, and has to be answered. */
const unseen = { mayRepeat: true, frozenMs: guardMs + 100, restIsRight: (ms) => ms < 20 };

/**
 * @typedef {object} Cell
 * @property {string} label
 * @property {keyof farSides} farSide
 * @property {number} delayMs from the answer to the freeze; 0 is within the same turn of the event loop
 * @property {number} frozenMs
 * @property {(restedMs: number) => boolean} restIsRight whether the instance saw a pause of the kind that is meant
 * @property {{ name: string, bundle: string, invocation: (id: string) => object }} call
 * @property {string} still clocks that do not run during the freeze
 * @property {boolean} [mayRepeat] whether a second attempt is good enough
 * @property {number} share of the trials that a cell gets
 */

/** @returns {Cell[]} what is tried under each runtime */
export function allCells() {
  const all = Object.keys(farSides);
  const told = ['FIN', 'RST'];
  const frozen = { ...long, group: 'frozen 1.1 s' };
  return [
    ...cross(calls, all, delays, frozen),
    ...cross([createMany], all, [3], frozen),
    ...cross(calls, told, delays, { ...short, group: 'frozen 0.2 s' }),
    ...cross(calls, all, [3], { ...long, group: 'monotonic clock still', still: 'monotonic', share: 0.25 }),
    ...cross(calls, all, [3], { ...long, group: 'wall clock still', still: 'wall', share: 0.25 }),
    ...cross(calls, told, [0, 3], { ...unseen, group: 'both clocks still', still: 'monotonic,wall', share: 0.25 }),
  ];
}

function cross(calls, kinds, delays, { group, still = '', share = 1, ...pause }) {
  return calls.flatMap((call) =>
    kinds.flatMap((farSide) =>
      delays.map((delayMs) => ({
        label: `${group.padEnd(22)}${farSide.padEnd(13)}${`${delayMs} ms after`.padEnd(13)}${call.name.padEnd(8)}`,
        call,
        farSide,
        delayMs,
        still,
        share,
        ...pause,
      })),
    ),
  );
}
