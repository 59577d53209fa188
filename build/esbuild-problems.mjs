import { BuildError } from './build-error.mjs';

/**
 * Turns esbuild's messages into lines of the form `FILE:LINE:COLUMN: text`.
 * @param {string} what what could not be made
 * @param {unknown} failure what esbuild rejected with
 * @returns {BuildError | unknown} the failure itself where it is none of esbuild's
 */
export function problemsOf(what, failure) {
  const messages = failure?.errors;
  if (!Array.isArray(messages)) return failure;
  const lines = messages.map(({ location, text }) =>
    location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
  );
  return new BuildError([
    `${what} cannot be built:`,
    ...lines.map((line) => `  ${line}`),
    '  Mend this and build again.',
  ]);
}
