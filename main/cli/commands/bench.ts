import path from 'node:path';
import { Command, Option } from 'commander';
import { printable } from '@shared/printable';
import { significant, table } from '../format';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

interface BenchLine {
  bench: string;
  value: number;
  unit: string;
  baseline: string | number | null;
  ratio: number | null;
  spread: number | null;
}

interface Flags extends CommonFlags {
  python?: string;
}

export const benchCommand: CommandFile = (begin) =>
  new Command('bench')
    .description('measure this machine: each figure against a baseline from the same run')
    .argument('[name...]', 'only these')
    .addOption(new Option('--python <path>', 'a Python with PyTorch, to compare training with').env('TESSERA_PYTHON'))
    .action((names: string[], flags: Flags) =>
      begin(flags, async ({ outside, output }) => {
        const rows: string[][] = [];
        const code = await outside.engine(
          ['bench', '--json', ...pythonFlag(flags, outside.directory), ...names],
          (text) => {
            const line = parseLine(text);
            if (line === null) return outside.progress(printable(text));
            if (flags.json) output.line(line, null);
            else rows.push([line.bench, `${significant(line.value)} ${line.unit}`, ratioText(line), spreadText(line)]);
          },
          outside.interrupted,
        );
        if (!flags.json && rows.length > 0) output.result({}, table(['BENCH', 'VALUE', 'RATIO', 'SPREAD'], rows));
        if (!outside.interrupted.aborted) return code === 0 ? exitCodes.done : exitCodes.failed;
        output.remark('Cancelled.');
        return exitCodes.interrupted;
      }),
    );

/** A bare name is looked up by the system; a path is relative to this folder. */
function pythonFlag({ python }: Flags, here: string): string[] {
  if (!python) return [];
  return ['--python', /[/\\]/.test(python) ? path.resolve(here, python) : python];
}

function parseLine(text: string): BenchLine | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'bench' in value ? (value as BenchLine) : null;
  } catch {
    return null;
  }
}

const ratioText = ({ ratio, baseline }: BenchLine): string =>
  ratio === null || ratio === undefined ? '–' : `${significant(ratio)} × ${baseline ?? ''}`.trimEnd();
const spreadText = ({ spread }: BenchLine): string =>
  spread === null || spread === undefined ? '' : `± ${significant(spread)}`;
