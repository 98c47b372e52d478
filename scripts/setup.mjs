// `npm run setup`: sets TensorFlow up for this user. Needs no build: vite runs the product's own TypeScript.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { standWhereThePersonDoes } from './here.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { module } = await runnerImport(`${root}main/engine/process/commands/setup.ts`, {
  configFile: false,
  root,
  logLevel: 'error',
  resolve: { alias: { '@shared': `${root}shared` } },
});
standWhereThePersonDoes();
process.exitCode = await module.runSetup(process.argv.slice(2));
