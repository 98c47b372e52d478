import { fileURLToPath } from 'node:url';
import { build, defineConfig, type InlineConfig, type Plugin } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export interface DesktopBuild {
  /** Entry to its source. */
  entry: { name: string; source: string };
  format: 'es' | 'cjs';
  outDir: string;
  target: string | string[];
}

/** One self-contained file for Electron: everything but Electron and Node's own modules is inside. */
export function desktopBuild({ entry, format, outDir, target }: DesktopBuild): InlineConfig {
  return {
    configFile: false,
    root: path('.'),
    publicDir: false,
    // the plain decoder: the packaged app has no node_modules for its optional native one
    resolve: {
      alias: [
        { find: '@shared', replacement: path('./shared') },
        { find: /^msgpackr$/, replacement: path('./node_modules/msgpackr/index.js') },
      ],
    },
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: true,
      target,
      outDir,
      emptyOutDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: { [entry.name]: entry.source },
        output: { format, entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js', codeSplitting: false },
      },
    },
  };
}

const target = 'node24';
/** A sandboxed preload is one CommonJS file, the main process is ESM: two builds, so neither shares a chunk with the other. */
function alsoPreload(): Plugin {
  let outDir = '';
  return {
    name: 'tessera:preload',
    apply: 'build',
    configResolved: (config) => void (outDir = config.build.outDir),
    closeBundle: async () => {
      const entry = { name: 'preload', source: path('./main/desktop/preload.ts') };
      await build({ ...desktopBuild({ entry, format: 'cjs', outDir, target }), logLevel: 'warn' });
    },
  };
}

/** The desktop shell for Electron 45. */
export default defineConfig({
  ...desktopBuild({
    entry: { name: 'main', source: path('./main/desktop/main.ts') },
    format: 'es',
    outDir: path('./dist/desktop'),
    target,
  }),
  plugins: [alsoPreload()],
});
