// Sets TensorFlow up for this user: `npm run setup`. Needs nothing built: vite runs the product's own TypeScript.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const { module } = await runnerImport(`${root}main/engine/process/commands/setup.ts`, {
  configFile: false,
  root,
  logLevel: 'error',
  resolve: { alias: { '@shared': `${root}shared` } },
});
process.exitCode = await module.runSetup(process.argv.slice(2));
