/**
 * What node-postgres carries for surroundings that a function never has: libpq by a native addon, Cloudflare's sockets, a password file in
 * a home folder, and the reading of connection texts, which `shared/store/database-url.ts` does. Nothing of it is loaded while
 * the client works; each stands here as a module that says so if it ever were.
 */
const leftOut = /^(?:pg-native|pg-cloudflare|pgpass|pg-connection-string|\.\/native)$/;

/** @type {import('esbuild').Plugin} */
export const slimPg = {
  name: 'slim-pg',
  setup(build) {
    build.onResolve({ filter: leftOut }, ({ path, importer }) =>
      /node_modules[\\/]pg[\\/]/.test(importer) ? { path, namespace: 'left-out-of-pg' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out-of-pg' }, ({ path }) => ({
      contents: `exports.parse = () => { throw new Error(${JSON.stringify(`${path} is left out of this bundle`)}); };`,
      loader: 'js',
    }));
  },
};
