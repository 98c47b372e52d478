// The manual's reproduction table, through the command line alone: imports a dataset, trains each configuration of a table
// for the same number of steps, evaluates it over the whole held-out split, and prints a row for each.
//
//     node test/bench/reproduce/run.mjs TABLE PICTURES… [--workspace DIR] [--steps N] [--only NAME,NAME] [--out FILE.json]
//
// PICTURES is what `tessera import` takes (one with train/ and test/ inside keeps that split). Runs that the workspace has
// finished already are evaluated, not trained again, so that an interrupted table continues where it stopped.
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

/** A table of priors uses the dataset of its autoencoder's table. */
const datasetName = name.replace(/-priors$/, '');

/** Runs `tessera …` and returns its last JSON line; the others go to `onLine`. */
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
  const { dataset: id } = (await tessera(['datasets'])).datasets.find((one) => one.name === datasetName) ?? {};
  if (id) return id;
  const imported = await tessera(['import', ...pictures, '--name', datasetName, ...table.import]);
  return imported.dataset;
}

/**
 * The finished run of a configuration, trained first if need be; `on` names the dataset, or the autoencoder of a prior.
 */
async function runOf(on, { name: run, preset, steps, set }) {
  const known = (await tessera(['runs'])).runs.find((one) => one.name === run);
  if (known?.status === 'finished') return { run: known.run, seconds: null };
  const begun = Date.now();
  const fresh = [
    ...on,
    '--preset',
    preset,
    '--name',
    run,
    '--steps',
    `${steps}`,
    ...set.flatMap((one) => ['--set', one]),
  ];
  const ended = await tessera(['train', ...(known ? ['--resume', known.run] : fresh)], ({ step, nmse, loss }) => {
    if (step % 500 === 0)
      console.error(`${run}: step ${step}, loss ${loss?.total.toFixed(4)}, NMSE ${nmse?.toFixed(4)}`);
  });
  return { run: ended.run, seconds: (Date.now() - begun) / 1000 };
}

const dataset = ['--dataset', await datasetOf()];
const on = table.autoencoder ? ['--autoencoder', (await runOf(dataset, table.autoencoder)).run] : dataset;
const steps = Number(flags.steps ?? table.steps);
const wanted = flags.only?.split(',');
const rows = [];
for (const configuration of table.runs.filter((one) => !wanted || wanted.includes(one.name))) {
  const set = [...table.set, ...(configuration.set ?? [])];
  const { run, seconds } = await runOf(on, { ...configuration, steps, set });
  const found = await tessera(['evaluate', run, '--split', 'test', '--thorough']);
  rows.push({ name: configuration.name, seconds, ...found });
  console.log(JSON.stringify(rows.at(-1)));
  if (flags.out) writeFileSync(flags.out, `${JSON.stringify(rows, null, 2)}\n`);
}
