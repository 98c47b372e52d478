// The manual's reproduction table, through the command line alone: imports a dataset, trains each configuration of a table
// for the same number of steps, evaluates it over the whole held-out split, and prints a row for each.
//
//     node test/bench/reproduce/run.mjs TABLE PICTURES… [--workspace DIR] [--steps N] [--only NAME,NAME] [--out FILE.json]
//
// PICTURES is what `tessera import` takes (one with train/ and test/ inside keeps that split). Runs that the workspace has
// finished already are evaluated, not trained again, so that an interrupted table goes on where it was.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tables } from './tables.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workspace: { type: 'string', default: path.join(os.tmpdir(), 'tessera-reproduce') },
    steps: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string' },
  },
});
const [name, ...pictures] = positionals;
const table = tables[name];
if (!table || pictures.length === 0) {
  console.error(`Usage: run.mjs ${Object.keys(tables).join('|')} PICTURES…`);
  process.exit(2);
}

/** Runs `tessera …` and answers its last JSON line; the others go to `onLine`. */
async function tessera(args, onLine = () => undefined) {
  const child = spawn(
    process.execPath,
    [path.join(root, 'dist/node/tessera.js'), ...args, '--workspace', flags.workspace, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let last;
  for await (const line of readline.createInterface({ input: child.stdout })) {
    if (last !== undefined) onLine(last);
    last = JSON.parse(line);
  }
  const code = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  if (code !== 0 || last?.error)
    throw new Error(`tessera ${args.join(' ')}: ${last?.error?.message ?? `exit ${code}`}`);
  return last;
}

async function datasetOf() {
  const { id } = (await tessera(['datasets'])).datasets.find((one) => one.name === name) ?? {};
  if (id) return id;
  const imported = await tessera(['import', ...pictures, '--name', name, ...table.import]);
  return imported.dataset;
}

async function runOf(dataset, { name: run, preset, set = [] }) {
  const known = (await tessera(['runs'])).runs.find((one) => one.name === run);
  if (known?.status === 'finished') return { run: known.run, seconds: null };
  const begun = Date.now();
  const steps = flags.steps ?? String(table.steps);
  const fresh = ['--dataset', dataset, '--preset', preset, '--name', run, '--steps', steps];
  const args = known ? ['--resume', known.run] : [...fresh, ...[...table.set, ...set].flatMap((one) => ['--set', one])];
  const ended = await tessera(['train', ...args], ({ step, nmse, perplexity }) => {
    if (step % 500 === 0) console.error(`${run}: step ${step}, NMSE ${nmse?.toFixed(4)}, perplexity ${perplexity}`);
  });
  return { run: ended.run, seconds: (Date.now() - begun) / 1000 };
}

const dataset = await datasetOf();
const wanted = flags.only?.split(',');
const rows = [];
for (const configuration of table.runs.filter((one) => !wanted || wanted.includes(one.name))) {
  const { run, seconds } = await runOf(dataset, configuration);
  const found = await tessera(['evaluate', run, '--split', 'test', '--thorough']);
  rows.push({ name: configuration.name, seconds, ...found });
  console.log(JSON.stringify(rows.at(-1)));
  if (flags.out) writeFileSync(flags.out, `${JSON.stringify(rows, null, 2)}\n`);
}
