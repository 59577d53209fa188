import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { isTyped } from '../../deploy/is-typed.js';

/** A terminal at which these keys are pressed. */
function terminal(keys: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const output = Object.assign(new PassThrough().resume(), { isTTY: true });
  setImmediate(() => input.write(keys));
  return { input, output };
}

it.each([
  ['the name', 'fleetbatch\r', true],
  ['another text', 'fleet\r', false],
  ['Ctrl+C', '\u0003', false],
  ['Ctrl+C behind the name', 'fleetbatch\u0003', false],
  ['Ctrl+D', '\u0004', false],
])('%s: whether to delete is answered, and nothing fails', async (_what, keys, expected) => {
  expect(await isTyped('fleetbatch', terminal(keys))).toBe(expected);
});

it('an input that ends is no consent', async () => {
  const input = new PassThrough();
  input.end();

  expect(await isTyped('fleetbatch', { input, output: new PassThrough().resume() })).toBe(false);
});
