import { afterEach, expect, test, vi } from 'vitest';
import { followRun } from '../../../local/chains/follow-run.js';
import { NoAnswerError } from '../../../local/chains/no-answer-error.js';
import { UsageError } from '../../../local/plain-errors.js';
import type { ShownRun } from '../../../shared/chains/runs.js';

const running: ShownRun = {
  ...{ id: 'run-1', chain: 'deploy', state: 'running', reason: null, held: false, trigger: 'manual', step: 'one' },
  ...{ steps: 1, position: 0, depth: 0, parent_id: null, created_at: '2026-11-25T02:58:30.000Z', finished_at: null },
  ...{ event: {}, children: [], steps_so_far: [] },
};
const finished: ShownRun = { ...running, state: 'finished' };
const gone = new NoAnswerError('Nothing answers at http://here.');

afterEach(() => void vi.useRealTimers());

/** Follows through these answers, ten seconds from one to the next; the last one stays. */
async function follow(...answers: (ShownRun | Error)[]) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-25T03:00:00Z') });
  const written: string[] = [];
  const output = { isTTY: false, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const show = async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer ?? running;
  };
  const pause = async () => void vi.setSystemTime(Date.now() + 10_000);
  const code = await followRun('run-1', { show }, output, { suffix: '', pause }).catch((error: unknown) => error);
  return { code, text: written.join('') };
}

test('a run is followed over a while without an answer, and what is shown is said to be old', async () => {
  const { code, text } = await follow(running, gone, gone, finished);

  expect(code).toBe(0);
  expect(text).toContain('This is 10 s old. Nothing answers at http://here.');
  expect(text).toMatch(/finished {2}deploy {2}step 1 of 1 {2}began 2 min 0 s ago\n$/);
});

test.each([
  ['it was never there', [gone], gone],
  ['it stays away', [running, gone], gone],
  [
    'the run is not there any more',
    [running, new UsageError('HTTP 404: no such run')],
    new UsageError('HTTP 404: no such run'),
  ],
])('it is given up with the reason where %s', async (_case, answers, error) => {
  expect((await follow(...answers)).code).toEqual(error);
});
