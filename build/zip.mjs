import { zipSync } from 'fflate';

/**
 * A zip with `index.js` at its root, as FunctionGraph wants it, the same bytes for the same code on every machine: fflate writes
 * the local time of `mtime` into it, so the time is made from local fields.
 * @param {Uint8Array} code
 * @returns {Uint8Array}
 */
export function zipOf(code) {
  return zipSync({ 'index.js': [code, { level: 9, mtime: new Date(1980, 0, 1, 12) }] });
}
