import { createHash } from 'node:crypto';

/**
 * What was built, for whoever deploys or verifies it: of each bundle its bytes and hashes, and what it does. It holds no time and
 * no path of a machine, so it is the same for the same source.
 * @param {import('../serverless/service-file.ts').Service} service
 * @param {readonly import('../build.mjs').BuiltFunction[]} built
 * @param {Readonly<Record<string, readonly string[]>>} operations the cloud's operations by function
 */
export function manifestOf(service, built, operations) {
  return {
    service: service.name,
    functions: service.functions.map((fn) => {
      const { code, zip, map } = built.find(({ name }) => name === fn.name);
      return {
        name: fn.name,
        operations: operations[fn.name],
        runtime: fn.runtime,
        handler: fn.handler,
        bundle: { file: `${fn.name}/index.js`, ...fingerprint(code) },
        zip: { file: `${fn.name}.zip`, ...fingerprint(zip) },
        map: { file: `maps/${fn.name}.js.map`, ...fingerprint(map) },
        triggers: [...fn.routes.map(routeOf), ...fn.timers.map(timerOf)],
      };
    }),
  };
}

/** @param {Uint8Array} bytes */
function fingerprint(bytes) {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** @param {import('../serverless/service-file.ts').ServiceRoute} route */
function routeOf({ name, method, path, auth, active }) {
  return { type: 'route', name, method, path, auth, active };
}

/** Without the event that it hands over, which may be long. @param {import('../serverless/service-file.ts').ServiceTimer} timer */
function timerOf({ name, schedule, active }) {
  return { type: 'timer', name, schedule, active };
}
