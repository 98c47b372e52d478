/** The `tessera` entry: the command line in the real world. Built to `dist/node/tessera.js`, beside `engine.js`. */
import { fileURLToPath } from 'node:url';
import { realOutside } from './outside-real';
import { run } from './program';

const beside = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const code = await run(
  process.argv.slice(2),
  realOutside({
    engineEntry: beside('./engine.js'),
    pageDirectory: beside('../renderer'),
    packageFile: beside('../../package.json'),
  }),
);
// what is written to a pipe may still be on its way: let it out, then end even if a handle was left open
process.stdout.write('', () => process.exit(code));
