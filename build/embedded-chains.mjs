/**
 * An esbuild plugin: puts the chains of chains.yml, checked and with every default filled in, in the place of the empty list of
 * shared/chains/embedded-chains.ts.
 * @param {readonly object[]} chains
 * @returns {import('esbuild').Plugin}
 */
export function embeddedChains(chains) {
  return {
    name: 'embedded-chains',
    setup(build) {
      build.onLoad({ filter: /[\\/]shared[\\/]chains[\\/]embedded-chains\.ts$/ }, () => ({
        contents: `export const embeddedChains = ${JSON.stringify(chains)};`,
        loader: 'js',
      }));
    },
  };
}
