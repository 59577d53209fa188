import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-bundles.ts'],
    // What is printed is compared as text; CI would turn colours on.
    env: { NO_COLOR: '1' },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['shared/**/*.ts'],
      exclude: ['shared/dist/**', 'shared/client.ts', 'shared/schemas.ts', 'test/**'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: {
        'shared/{client,handler,operations,schemas}/**': { lines: 95, branches: 95 },
        // Much of these two runs in processes of its own, which is not counted here: engines that are killed (test/chains) and built
        // bundles on both databases.
        'shared/{chains,store}/**': { lines: 90, branches: 78 },
      },
    },
  },
});
