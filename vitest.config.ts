import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import renderer from './vite.config.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const alias = { '@shared': path('./shared'), '@': path('./renderer') };

/**
 * unit      pure code and plain Node
 * renderer  Vue components and stores in happy-dom
 * native    what needs TensorFlow: one process a file, since TensorFlow lives in one thread of one process
 */
export default defineConfig({
  test: {
    // of two cores as well, not one: most of a test of the engine is a single thread that captures a graph
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          environment: 'node',
          globalSetup: ['test/support/build-fake-engine.ts'],
          include: [
            'test/unit/{shared,files,run-files,workbench,serve,cli,desktop,house}/**/*.test.ts',
            'test/unit/engine/{formats,media,process,coding}/**/*.test.ts',
            'test/security/**/*.test.ts',
          ],
          testTimeout: 30_000,
        },
      },
      {
        ...renderer,
        root: path('.'),
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          setupFiles: ['test/support/patient.ts'],
          include: ['test/unit/renderer/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'native',
          environment: 'node',
          pool: 'forks',
          include: [
            'test/{gradients,oracle}/**/*.test.ts',
            'test/unit/engine/{tensorflow,numerics,nn,quantizers,autoencoders,priors,perceptual,density,training,metrics,export,studio}/**/*.test.ts',
          ],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
