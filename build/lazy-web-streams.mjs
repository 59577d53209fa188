/**
 * An esbuild plugin: middy imports node:stream/web for streamed responses, which our handlers never give. Loading it takes about
 * a millisecond of every start; here it is loaded when it is first asked for, and behaves the same.
 * @type {import('esbuild').Plugin}
 */
export const lazyWebStreams = {
  name: 'lazy-web-streams',
  setup(build) {
    const namespace = 'lazy-web-streams';
    build.onResolve({ filter: /^node:stream\/web$/ }, ({ path, namespace: from }) =>
      from === namespace ? { path, external: true } : { path, namespace },
    );
    build.onLoad({ filter: /.*/, namespace }, () => ({
      contents: `Object.defineProperty(exports, 'ReadableStream', { get: () => require('node:stream/web').ReadableStream });`,
    }));
  },
};
