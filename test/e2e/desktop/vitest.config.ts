import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The shell in a real Electron, from a build of its own (electron.ts tells which and why). */
export default defineConfig({
  resolve: { alias: { '@shared': path('../../../shared') } },
  test: {
    root: path('../../..'),
    include: ['test/e2e/desktop/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 180_000,
  },
});
