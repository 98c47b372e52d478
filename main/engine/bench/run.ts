import os from 'node:os';
import { parseArgs } from 'node:util';
import { asAppError } from '@shared/errors';
import { settingsOf } from '../process/settings';
import { benches, type Laboratory } from './benches';
import { partRoles, type PartName } from './parts';
import { findPyTorch } from './pytorch';
import { startSide, type Side } from './side';
import type { BenchLine } from './statistics';

/**
 * `bench [--json] [--python PYTHON] [NAME…]`: measures all benches, or those whose names begin with one of the words, and
 * prints a line for each figure as it is found. Answers the exit code.
 */
export async function runBench(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, python: { type: 'string' } },
    allowPositionals: true,
  });
  const chosen = benches.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.startsWith(word)),
  );
  if (chosen.length === 0) {
    console.error(
      `There is no bench ${positionals.join(', ')}; there are ${benches.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  warnOfOtherWork();
  const laboratory = openLaboratory(values.python);
  let failed = false;
  for (const { name, measure } of chosen) {
    if (!values.json) process.stderr.write(`${name} …\n`);
    try {
      for (const line of await measure(laboratory)) print(line, values.json);
    } catch (thrown) {
      failed = true;
      const { message, hint } = asAppError(thrown);
      process.stderr.write(`${name}: ${message} ${hint}\n`);
    }
  }
  return failed ? 1 : 0;
}

/** PyTorch's threads wait by spinning, so where cores are short it loses far more than we do: ratios would flatter us. */
function warnOfOtherWork(): void {
  const [load = 0] = os.loadavg();
  const cores = os.availableParallelism();
  if (load <= cores / 2) return;
  process.stderr.write(
    `The machine is busy (load ${load.toFixed(1)}, ${cores} cores): comparisons, above all with PyTorch, are not to be relied on.\n`,
  );
}

function openLaboratory(python: string | undefined): Laboratory {
  const entry = process.argv[1] ?? '';
  const torch = findPyTorch(python);
  if (!torch)
    process.stderr.write(
      'PyTorch was not found: nothing is compared with it (TESSERA_PYTHON names a Python that has it).\n',
    );
  return {
    part: (name: PartName, settings = {}): Promise<Side> => {
      const { environment } = settingsOf(partRoles[name]);
      return startSide(process.execPath, [entry, 'bench-part', name, JSON.stringify(settings)], {
        ...environment,
        ...process.env,
      });
    },
    pytorch: async (settings) => {
      if (!torch) return null;
      const side = await startSide(torch.python, [torch.script, JSON.stringify(settings)], process.env);
      return { side, name: `PyTorch ${torch.version}` };
    },
  };
}

function print(line: BenchLine, json: boolean): void {
  const { bench, value, unit, ratio, baseline, median, medianRatio, spread } = line;
  const text = `${bench}: ${value} ${unit}, ${ratio} × ${baseline}; median ${median} ± ${spread} ${unit}, ${medianRatio} ×`;
  console.log(json ? JSON.stringify(line) : text);
}
