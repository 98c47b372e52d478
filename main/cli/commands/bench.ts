import { Command } from 'commander';
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

export const benchCommand: CommandFile = (begin) =>
  new Command('bench')
    .description('measure this machine: each figure against a baseline from the same run')
    .argument('[name...]', 'only these')
    .action((names: string[], flags: CommonFlags) =>
      begin(flags, async ({ outside, output }) => {
        const rows: string[][] = [];
        const code = await outside.engine(
          ['bench', '--json', ...names],
          (text) => {
            const line = parseLine(text);
            if (line === null) return outside.progress(text);
            if (flags.json) output.line(line, null);
            else rows.push([line.bench, `${significant(line.value)} ${line.unit}`, ratioText(line), spreadText(line)]);
          },
          outside.interrupted,
        );
        if (!flags.json && rows.length > 0) output.result({}, table(['BENCH', 'VALUE', 'RATIO', 'SPREAD'], rows));
        return outside.interrupted.aborted ? exitCodes.interrupted : code === 0 ? exitCodes.done : exitCodes.failed;
      }),
    );

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
