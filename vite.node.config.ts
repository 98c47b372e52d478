import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Bundles every plain-Node entry (command line, browser host, workbench, engine); packages stay outside, but for zod: Node opens all
 * of its hundred files at once, more than some systems let a process have open (`ulimit -n 64`).
 */
export default defineConfig({
  resolve: { alias: { '@shared': path('./shared') } },
  ssr: { external: true, noExternal: ['zod'] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist/node',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: {
        tessera: path('./main/cli/main.ts'),
        workbench: path('./main/workbench/process.ts'),
        engine: path('./main/engine/process/main.ts'),
        'read-batches': path('./main/engine/training/data/read-batches.mjs'),
      },
      output: { format: 'esm', entryFileNames: '[name].js' },
    },
  },
});
