/**
 * What `import { Pool } from 'undici'` means in a bundle: the connection pool over HTTP/1.1, which is dispatched to directly.
 * Any other name of undici is not exported here, so that the build fails where the source asks for it.
 */
import errors from 'undici/lib/core/errors.js';
import Pool from 'undici/lib/dispatcher/pool.js';

for (const method of ['request', 'stream', 'pipeline', 'connect', 'upgrade']) {
  Pool.prototype[method] = () => {
    throw new Error(
      `undici's pool.${method}() is left out of this bundle: use pool.dispatch(), or build with --whole-undici`,
    );
  };
}

export { errors, Pool };
