import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** End to end: `tessera serve` from dist/, the real engine, a real browser. One file at a time: each has both cores. */
export default defineConfig({
  resolve: { alias: { '@shared': path('../../../shared') } },
  test: {
    root: path('../../..'),
    include: ['test/e2e/browser/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
