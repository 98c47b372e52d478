// `npm run tessera -- <command>`: the command line in a checkout. Builds what is stale, then runs it in this process.
import { standWhereThePersonDoes } from './here.mjs';
import { buildIfStale } from './build.mjs';

await buildIfStale();
standWhereThePersonDoes();
await import(new URL('../dist/node/tessera.js', import.meta.url));
