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
        // Only what runs in the test process itself is counted: killed engines (test/chains) and built bundles come on top of it.
        'shared/**': { lines: 95, branches: 95 },
      },
    },
  },
});
