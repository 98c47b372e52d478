import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built fake-engine.js. */
    fakeEngine: string;
  }
}

/** Builds fake-engine.ts once for all tests of a run: child processes of Node 20 read no TypeScript. */
export async function setup(project: TestProject): Promise<() => void> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const outDir = path.join(root, '.cache', `fake-engine-${process.pid}`); // inside the project, so that packages are found
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': path.join(root, 'shared') } },
    ssr: { external: true, noExternal: ['zod'] },
    build: { ssr: path.join(root, 'test/support/fake-engine.ts'), outDir, emptyOutDir: true, target: 'node20' },
  });
  project.provide('fakeEngine', path.join(outDir, 'fake-engine.js'));
  return () => rmSync(outDir, { recursive: true, force: true });
}
