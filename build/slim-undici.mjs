/**
 * An esbuild plugin that leaves out of undici what a request over HTTP/1.1 never reaches. esbuild cannot find that out by itself,
 * for undici is CommonJS. `npm run bench` measures what it saves.
 *
 * Each part left out has a stand-in in `slim-undici/` that is trivially right, or throws a clear sentence where it is reached.
 * That was found by reading one version of undici: so the version and every replaced file are pinned, the build fails where they
 * differ, and the tests of the bundles run with the slim and with the whole package.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'fflate';

/** What the stand-ins were written against: undici's version, and the SHA-256 of each file that is not taken as it is. */
export const pinned = {
  version: '6.29.1',
  files: {
    'lib/core/connect.js': '24ed02e5a7080d7873ffc0b02870393d87529f7a8b0a6783f59a00a14bd8aabb',
    'lib/core/constants.js': '962e2278404f3c0b0d45bf67eb1966c39dc33c04b89e2e9f4a955ac057272b82',
    'lib/core/diagnostics.js': 'b07763ed42b4463f95fad4bc042e04c894587ce2ed52fb3c7ebd22d77f8d005c',
    'lib/core/tree.js': '7f2625127a44664c9fd531c0938b00a8fbac467e2ad15e65dbef48cb5029a385',
    'lib/dispatcher/client-h1.js': 'e219f9a7f00999c33be0b847ed77d108419e7dd359844290f9d3acc30aef037b',
    'lib/dispatcher/client-h2.js': 'f7580bce454423f36b8a63e459a99b49ab7b9039a61ce4841e363e3f91324415',
    'lib/interceptor/redirect-interceptor.js': 'dc4f2739771211d5dd3940d6b41abcced797de6cce9431665037ace2149ab3d9',
    'lib/llhttp/constants.js': '3cba0763867e5e3753f3efbf22853e42b3da26e2353ff77d06156d923eb4d8bd',
    'lib/llhttp/llhttp_simd-wasm.js': '1b8fa2e4e50e4f5774dde59855f0d34d112ef9900caf97aea4b2e6ec4ca9e3f1',
    'lib/llhttp/llhttp-wasm.js': 'f6e22d23d57d86c1e613ce26ef1eb4e997e81663987a8127eef758ce5f20a655',
    'lib/web/fetch/body.js': 'edc925847d383b21cc286c27972075aea26cc52d2c87c0bc5bc9d0d3aa1a3543',
  },
};

/** Replaced file of undici, or module of Node that undici asks for → its stand-in. */
const standIns = {
  'lib/core/constants.js': 'header-names.cjs',
  'lib/core/diagnostics.js': 'diagnostics.cjs',
  'lib/core/tree.js': 'tree.cjs',
  'lib/dispatcher/client-h2.js': 'client-h2.cjs',
  'lib/interceptor/redirect-interceptor.js': 'redirect-interceptor.cjs',
  'lib/llhttp/constants.js': 'llhttp-constants.cjs',
  'lib/llhttp/llhttp_simd-wasm.js': 'llhttp.cjs',
  'lib/web/fetch/body.js': 'body.cjs',
  'node:assert': 'node-assert.cjs',
  'node:http': 'node-http.cjs',
  'node:querystring': 'node-querystring.cjs',
};

/**
 * Files that are taken but for these words. The parser is small: compiled at once it takes a millisecond, while the compilation in
 * the background waits for other threads, which on a function's fraction of a processor takes up to twenty. And it is made ready
 * not while the bundle loads but while the far side answers the greeting of TLS, a time in which a first call only waits.
 */
const edits = {
  'lib/core/connect.js': [
    [
      ".on('session', function (session) {",
      ".once('connect', () => setImmediate(require('../dispatcher/client-h1.js').makeParserReady)).on('session', function (session) {",
    ],
  ],
  'lib/dispatcher/client-h1.js': [
    ['let llhttpPromise = lazyllhttp()', 'let llhttpPromise = null'],
    ['llhttpPromise.catch()', ''],
    ['llhttpInstance = await llhttpPromise', 'llhttpInstance = await (llhttpPromise ??= lazyllhttp())'],
    [
      'module.exports = connectH1',
      'connectH1.makeParserReady = () => { if (!llhttpInstance) (llhttpPromise ??= lazyllhttp()).catch(() => {}) }; module.exports = connectH1',
    ],
    ['mod = await WebAssembly.compile(', 'mod = new WebAssembly.Module('],
    ['return await WebAssembly.instantiate(mod,', 'return new WebAssembly.Instance(mod,'],
  ],
};

const standInDir = join(dirname(fileURLToPath(import.meta.url)), 'slim-undici');
const standIn = (name) => join(standInDir, name);

/**
 * @param {string} root folder of the project, whose undici is meant
 * @returns {import('esbuild').Plugin}
 */
export function slimUndici(root) {
  const require = createRequire(join(root, 'package.json'));
  const undiciDir = dirname(require.resolve('undici/package.json'));
  const isOfUndici = (path) => path.startsWith(undiciDir + sep);
  return {
    name: 'slim-undici',
    setup(build) {
      build.onStart(() => ({ errors: deviations(undiciDir).map((text) => ({ text })) }));
      build.onResolve({ filter: /^undici$/ }, () => ({ path: standIn('entry.mjs') }));
      build.onResolve({ filter: /^undici\// }, ({ path }) => ({ path: join(undiciDir, path.slice('undici/'.length)) }));
      build.onResolve({ filter: /^node:/ }, ({ path, importer }) =>
        isOfUndici(importer) && standIns[path] ? { path: standIn(standIns[path]) } : undefined,
      );
      build.onLoad({ filter: /[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
        if (!isOfUndici(path)) return undefined;
        const file = path.slice(undiciDir.length + 1).replaceAll(sep, '/');
        if (file === 'lib/llhttp/llhttp-wasm.js') return { contents: packed(require(path)) };
        if (edits[file]) return { contents: edited(readFileSync(path, 'utf8'), edits[file]) };
        const name = standIns[file];
        return name ? { contents: readFileSync(standIn(name), 'utf8'), resolveDir: standInDir } : undefined;
      });
    },
  };
}

function edited(text, changes) {
  return changes.reduce((soFar, [from, to]) => soFar.replaceAll(from, to), text);
}

/** The HTTP parser, deflated: a third of its size, for less than a millisecond at the start. */
function packed(wasm) {
  const base64 = Buffer.from(deflateSync(wasm, { level: 9 })).toString('base64');
  const options = `{ chunkSize: ${wasm.length} }`;
  return `module.exports = require('node:zlib').inflateRawSync(Buffer.from('${base64}', 'base64'), ${options});`;
}

/**
 * Where the installed undici is not the one that the stand-ins were written for.
 * @param {string} undiciDir
 * @returns {string[]} one sentence each, with the remedy
 */
export function deviations(undiciDir) {
  const remedy =
    'install it again with `npm ci`, or build with --whole-undici until build/slim-undici has been reviewed.';
  const { version } = JSON.parse(readFileSync(join(undiciDir, 'package.json'), 'utf8'));
  if (version !== pinned.version) {
    return [`undici is ${version}, and the slim build was checked against ${pinned.version} only: ${remedy}`];
  }
  return Object.entries(pinned.files)
    .filter(([file, expected]) => sha256(join(undiciDir, file)) !== expected)
    .map(
      ([file]) =>
        `undici's ${file} is not the file of ${pinned.version} that the slim build was checked against: ${remedy}`,
    );
}

function sha256(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
