import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Bundles every plain-Node entry (command line, browser host, workbench, engine); packages stay outside. */
export default defineConfig({
  resolve: { alias: { '@shared': path('./shared') } },
  ssr: { external: true, noExternal: [] },
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
      },
      output: { format: 'esm', entryFileNames: '[name].js' },
    },
  },
});
