import { Command, InvalidArgumentError } from 'commander';
import { describeFields, importOptionsSchema, MAXIMUM_SIDE, MINIMUM_SIDE } from '@shared/specs';
import { existing } from '../files';
import { counted, wholeNumber } from '../format';
import { withSession } from '../session';
import { addFieldOptions, checkedName, fieldValues } from '../specification';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

interface Size {
  width: number;
  height: number;
}
type Flags = CommonFlags & { size?: Size } & Record<string, unknown>;

const MOST_LISTED = 10;
const nothingHeldOut =
  'Nothing is held out: what is trained on these can’t be tested. Import them again with --test-fraction.';
const nameSchema = importOptionsSchema.shape.name.unwrap();
// `--size` stands for both sides
const fields = describeFields(importOptionsSchema).filter(({ path }) => path !== 'height' && path !== 'width');

export const importCommand: CommandFile = (begin) => {
  const command = new Command('import')
    .description('make a dataset of folders, archives or picture files')
    .argument(
      '<path...>',
      'folders (sub-folders are classes; captions, tags and fields are read from captions.csv, metadata.jsonl or NAME.txt), .zip, .tar, .tar.gz, IDX, CIFAR, STL-10, .npz, .npy, pictures',
    )
    .option(
      '--size <size>',
      `side, or width x height, in pixels: 32, 64x48 (${MINIMUM_SIDE} to ${MAXIMUM_SIDE})`,
      parseSize,
    )
    .action((paths: string[], flags: Flags) =>
      begin(flags, async ({ outside, output, workspace }) => {
        if (typeof flags.name === 'string') checkedName(nameSchema, flags.name);
        const sources = await Promise.all(paths.map((path) => existing(outside, path)));
        return withSession(outside, workspace, async ({ workbench, peer }) => {
          const { grant } = await workbench.call('local.grant', { paths: sources });
          const options = { ...fieldValues(fields, flags), ...flags.size };
          const report = await peer.request(
            'datasets.import',
            { grant, options },
            { signal: outside.interrupted, onProgress: output.progress },
          );
          const { dataset, name, items, splits, captions, tags, fields: values, notes, skipped, skippedCount } = report;
          const text = [
            `${name} (${dataset}): ${counted(items, 'item')}, ${wholeNumber(splits.train)} to train on, ${wholeNumber(splits.test)} held out.`,
            ...(splits.test === 0 ? [nothingHeldOut] : []),
            ...(captions + tags + values > 0
              ? [`${counted(captions, 'caption')}, ${counted(tags, 'tag')}, ${counted(values, 'value')} of fields.`]
              : []),
            ...notes,
            ...(skippedCount > 0 ? [`${wholeNumber(skippedCount)} skipped:`] : []),
            ...skipped.slice(0, MOST_LISTED).map(({ file, reason }) => `  ${file}: ${reason}`),
            ...(skippedCount > MOST_LISTED ? ['  …'] : []),
          ];
          output.result(
            { dataset, name, items, splits, captions, tags, fields: values, notes, skipped, skippedCount },
            text,
          );
          return exitCodes.done;
        });
      }),
    );
  addFieldOptions(command, fields);
  return command;
};

/** "32" is 32 × 32, "64x48" is 64 wide and 48 high. */
function parseSize(text: string): Size {
  const match = /^(\d+)(?:x(\d+))?$/i.exec(text);
  const width = Number(match?.[1]);
  const height = Number(match?.[2] ?? match?.[1]);
  const fits = (side: number): boolean => side >= MINIMUM_SIDE && side <= MAXIMUM_SIDE;
  if (!fits(width) || !fits(height)) {
    throw new InvalidArgumentError(
      `Expected a side or width x height from ${MINIMUM_SIDE} to ${MAXIMUM_SIDE}, as in 32 or 64x48.`,
    );
  }
  return { width, height };
}
