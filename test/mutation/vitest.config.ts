import { defineConfig } from 'vitest/config';

/**
 * For `run.mjs` alone, which names the tests: no bundles are built and no other test file is loaded, since all of this happens
 * again for each of some two thousand changes.
 */
export default defineConfig({
  test: {
    include: process.env.MUTATION_TESTS?.split(',') ?? [],
    setupFiles: ['test/mutation/short-properties.ts'],
    testTimeout: 20_000,
    isolate: false,
  },
});
