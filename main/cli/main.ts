/**
 * The `tessera` entry: the command line in the real world. Built to `dist/node/tessera.js`, beside `engine.js`.
 * Signals are handled before everything else is loaded, which takes half a second: a Ctrl-C during that time counts
 * as well.
 */
import { fileURLToPath } from 'node:url';
import { heedSignals } from './interruption';

const interruption = heedSignals();
const [{ realOutside }, { run }] = await Promise.all([import('./outside-real'), import('./program')]);
const beside = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const code = await run(
  process.argv.slice(2),
  realOutside(
    {
      engineEntry: beside('./engine.js'),
      pageDirectory: beside('../renderer'),
      packageFile: beside('../../package.json'),
    },
    interruption,
  ),
);
process.exit(code); // even if a handle was left open
