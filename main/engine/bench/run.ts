import os from 'node:os';
import { parseArgs } from 'node:util';
import { asAppError } from '@shared/errors';
import { benches, type Laboratory } from './benches';
import { partEnvironment, type PartName } from './parts';
import { findPyTorch } from './pytorch';
import { startSide, type Side } from './side';
import type { BenchLine } from './statistics';

/**
 * `bench [--json] [--python PYTHON] [NAME…]`: measures all benches, or those whose names begin with one of the words,
 * and prints each figure on a line of its own as it comes. PYTHON, else TESSERA_PYTHON, has the PyTorch to compare
 * with. Returns the exit code.
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
  let laboratory: ReturnType<typeof openLaboratory>;
  try {
    laboratory = openLaboratory(values.python ?? process.env.TESSERA_PYTHON);
  } catch (thrown) {
    const { message, hint } = asAppError(thrown);
    console.error(`${message} ${hint}`);
    return 1;
  }
  let failed = false;
  for (const { name, measure } of chosen) {
    if (!values.json) process.stderr.write(`${name} …\n`);
    try {
      for (const line of await measure(laboratory)) print(line, values.json);
    } catch (thrown) {
      failed = true;
      const { message, hint } = asAppError(thrown);
      process.stderr.write(`${name}: ${message} ${hint}\n`);
    } finally {
      await laboratory.close();
    }
  }
  return failed ? 1 : 0;
}

/**
 * PyTorch's threads spin while they wait, so a busy machine costs PyTorch far more than Tessera, and ratios would
 * flatter Tessera.
 */
function warnOfOtherWork(): void {
  const [load = 0] = os.loadavg();
  const cores = os.availableParallelism();
  if (load <= cores / 2) return;
  process.stderr.write(
    `The machine is busy (load ${load.toFixed(1)}, ${cores} cores): comparisons, above all with PyTorch, are not to be relied on.\n`,
  );
}

/** `close` ends whatever a failed bench left running. */
function openLaboratory(python: string | undefined): Laboratory & { close(): Promise<void> } {
  const entry = process.argv[1] ?? '';
  const torch = findPyTorch(python);
  if (!torch)
    process.stderr.write('PyTorch was not found: nothing is compared with it (--python names a Python that has it).\n');
  const open: Side[] = [];
  const start = async (command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Side> => {
    const side = await startSide(command, args, environment);
    open.push(side);
    return side;
  };
  return {
    part: (name: PartName, settings = {}) =>
      start(process.execPath, [entry, 'bench-part', name, JSON.stringify(settings)], {
        ...partEnvironment(name),
        ...process.env,
      }),
    pytorch: async (script, settings) => {
      if (!torch) return null;
      const side = await start(torch.python, [torch.scripts[script], JSON.stringify(settings)], process.env);
      return { side, name: `PyTorch ${torch.version}` };
    },
    close: async () => void (await Promise.all(open.splice(0).map((side) => side.close()))),
  };
}

function print(line: BenchLine, json: boolean): void {
  const { bench, value, unit, ratio, baseline, median, medianRatio, spread } = line;
  const text = `${bench}: ${value} ${unit}, ${ratio} × ${baseline}; median ${median} ± ${spread} ${unit}, ${medianRatio} ×`;
  console.log(json ? JSON.stringify(line) : text);
}
