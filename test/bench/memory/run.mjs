/**
 * `node test/bench/memory/run.mjs [NAME…]`: compares the memory that a trainer takes with the plan's estimate. Each
 * configuration is trained for a few steps, evaluated and saved, in its own process. Prints estimate, measured peak and
 * their ratio. Linux only.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
process.chdir(path('../../..'));
const { module } = await runnerImport(path('./measure.ts'), {
  configFile: false,
  logLevel: 'error',
  resolve: { alias: { '@shared': path('../../../shared') } },
});
process.exitCode = await module.measureAll(process.argv.slice(2));
