import { setTimeout as delay } from 'node:timers/promises';

/** After this long without use the shipped bundles no longer trust a connection. Milliseconds. */
export const guardMs = 1000;

/**
 * One trial: an invocation, the freeze, what the far side does meanwhile, the thaw and the invocation after it.
 * @param {import('./cells.mjs').Cell} cell
 * @param {{ instance: object, farSide: object }} place
 * @param {{ id: string, queued: boolean, firstAnswered: () => void }} trial `queued`: the second invocation lies ready before anything else does when the
 *   instance wakes; else it comes when its event loop turns again
 * @returns {Promise<{ missed: boolean, failed: boolean, doubled: number, repeated: boolean, why: string }>} `missed`: the pause was
 *   not of the length that this cell is about; `repeated`: right in the end, and not at the first attempt
 */
export async function runTrial(cell, { instance, farSide }, { id, queued, firstAnswered }) {
  const before = cell.call.invocation(`${id}-before`);
  const after = cell.call.invocation(`${id}-after`);
  farSide.answerTogether(before.calls);
  await instance.invoke({ ...before, stop: cell.delayMs === 0 });
  const first = await instance.answer(before.id);
  firstAnswered();
  if (cell.delayMs > 0) await delay(cell.delayMs);
  await instance.freeze({ itself: cell.delayMs === 0 });
  farSide.answerTogether(1);
  const frozenAt = performance.now();
  const connections = farSide.connections();

  const second = { ...after, thawed: true };
  if (queued) await instance.invoke(second);
  await farSide.endConnections(cell.farSide);
  await delay(Math.max(0, cell.frozenMs - (performance.now() - frozenAt)));
  instance.thaw();
  if (!queued) {
    await instance.awake();
    await instance.invoke(second);
  }
  const answer = await instance.answer(after.id);

  const problem =
    problemOf(first, before, 'before the freeze') ??
    (connections < before.connections ? `only ${connections} connections lay idle` : undefined) ??
    problemOf(answer, after, 'after the thaw') ??
    missing([before, after], farSide);
  const posts = [before, after].filter(({ isPost }) => isPost).flatMap(({ firstIds }) => firstIds);
  const doubled = posts.filter((first) => farSide.arrived(first) > 1).length;
  farSide.forget();
  const missed = !cell.restIsRight(answer.rested);
  const repeated = !problem && answer.calls !== after.calls;
  const attempts = repeated ? `${answer.calls} attempts for ${after.calls} calls: ${answer.failures}` : undefined;
  const pause = missed ? `a rest of ${Math.round(answer.rested)} ms` : '';
  return { missed, failed: problem !== undefined, doubled, repeated, why: problem ?? attempts ?? pause };
}

function problemOf({ body, error, failures }, { isAnswer }, when) {
  if (error) return `${when}: ${error} ${failures}`;
  return isAnswer(body) ? undefined : `${when}: a wrong answer; ${failures}`;
}

function missing(invocations, farSide) {
  const lost = invocations.flatMap(({ firstIds }) => firstIds).filter((id) => farSide.arrived(id) === 0);
  return lost.length > 0 ? `answered, and never arrived: ${lost}` : undefined;
}
