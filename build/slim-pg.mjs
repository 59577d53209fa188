import { readFile } from 'node:fs/promises';

/**
 * What node-postgres carries for surroundings that a function never has: libpq by a native addon, Cloudflare's sockets, a password file in
 * a home folder, and the reading of connection texts, which `shared/store/database-url.ts` does; for values that no statement of
 * ours reads: intervals, and results in binary; and for channel binding, which is off unless `enableChannelBinding` is set. Nothing of
 * it is used while the client works; each stands here as a module that says so if it ever were.
 */
const leftOut =
  /^(?:pg-native|pg-cloudflare|pgpass|pg-connection-string|\.\/native|postgres-interval|\.\/lib\/binaryParsers|\.\/cert-signatures)$/;
/** `init` is asked for while pg-types loads: it would register what is not there. */
const standIn = (path) =>
  `module.exports = () => { throw new Error(${JSON.stringify(`${path} is left out of this bundle`)}); };
module.exports.parse = module.exports;
module.exports.init = () => {};`;

/**
 * What it does while it is loaded, and a cold start waits for: on a Node.js without `navigator` it makes a `Response` to find out whether it
 * is on Cloudflare, for which Node loads the whole of its own undici; it asks for WebCrypto, which only a password needs; and for DNS,
 * which only libpq's connection texts need there. By the end of the file's path, what stands there and what takes its place.
 */
const changes = {
  'stream.js': [['if (isCloudflareRuntime()) {', 'if (false) {']],
  'crypto/utils.js': [
    ['const webCrypto = nodeCrypto.webcrypto || globalThis.crypto\n', ''],
    ['const subtleCrypto = webCrypto.subtle\n', ''],
    ['subtleCrypto.', 'nodeCrypto.webcrypto.subtle.'],
    ['webCrypto.getRandomValues', 'nodeCrypto.webcrypto.getRandomValues'],
  ],
  'connection-parameters.js': [
    ["const dns = require('dns')\n", ''],
    ['dns.lookup(', "require('dns').lookup("],
  ],
};
const changedFiles = /node_modules[\\/]pg[\\/]lib[\\/](stream\.js|crypto[\\/]utils\.js|connection-parameters\.js)$/;

/**
 * A file of node-postgres without what it does too early.
 * @param {string} file below its `lib`, with slashes
 * @param {string} text
 * @throws Error where the installed version has other words there
 */
export function withoutEarlyWork(file, text) {
  let changed = text;
  for (const [from, to] of changes[file] ?? []) {
    if (!changed.includes(from)) {
      throw new Error(`pg/lib/${file} is not as build/slim-pg.mjs knows it: it lacks ${JSON.stringify(from.trim())}.`);
    }
    changed = changed.replaceAll(from, to);
  }
  return changed;
}

/** @type {import('esbuild').Plugin} */
export const slimPg = {
  name: 'slim-pg',
  setup(build) {
    build.onResolve({ filter: leftOut }, ({ path, importer }) =>
      /node_modules[\\/]pg(?:-types)?[\\/]/.test(importer) ? { path, namespace: 'left-out-of-pg' } : undefined,
    );
    build.onLoad({ filter: changedFiles }, async ({ path }) => {
      const [, file = ''] = changedFiles.exec(path) ?? [];
      const contents = withoutEarlyWork(file.replaceAll('\\', '/'), await readFile(path, 'utf8'));
      return { contents, loader: 'js' };
    });
    build.onLoad({ filter: /.*/, namespace: 'left-out-of-pg' }, ({ path }) => ({
      contents: standIn(path),
      loader: 'js',
    }));
  },
};
