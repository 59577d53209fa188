import { afterEach, expect, test, vi } from 'vitest';
import { runCommand } from '../../deploy/run-command.js';

afterEach(() => {
  vi.restoreAllMocks();
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s lets a command finish what is under way and report', async (name) => {
  const said = vi.spyOn(console, 'error').mockReturnValue(undefined);
  const steps: string[] = [];
  const before = process.listenerCount(name);

  const ended = runCommand(async (signal) => {
    process.emit(name);
    steps.push(signal.aborted ? 'told' : 'not told', 'finished');
  });
  await ended;

  expect([steps, process.listenerCount(name)]).toEqual([['told', 'finished'], before]);
  expect(said.mock.calls.join()).toContain('finishing what is under way');
});
