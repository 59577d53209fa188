import { defineConfig } from 'vitest/config';

/** The fast tests of what is mutated: no bundles are built, no process is started, nothing waits for real time. */
export default defineConfig({
  test: {
    include: ['test/shared/client/**/*.test.ts', 'test/shared/operations/**/*.test.ts'],
    exclude: [
      'test/shared/client/{freeze,sign.locale,transport*,pools,send-deadlines,send-abort,token*,leaks}.test.ts',
      'test/shared/client/sign.verifier.property.test.ts',
    ],
    testTimeout: 20_000,
  },
});
