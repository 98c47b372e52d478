import path from 'node:path';
import { Command } from 'commander';
import { printable } from '@shared/printable';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

export const setupCommand: CommandFile = (begin) =>
  new Command('setup')
    .description('install the engine: fetch TensorFlow and build its binding; does nothing if all is there')
    .option('--trunk <name>', 'fetch this perceptual network as well: vgg16-hed (MIT, 55 MB)')
    .option('--own-trunk <file>', 'install perceptual weights of your own: safetensors of VGG16 or EfficientNet-Lite0')
    .option('--name <name>', 'what to call them')
    .allowExcessArguments(false)
    .action((flags: CommonFlags & { trunk?: string; ownTrunk?: string; name?: string }) =>
      begin(flags, async ({ outside, output }) => {
        const code = await outside.engine(
          ['setup', ...(flags.json ? ['--json'] : []), ...asked(flags, outside.directory)],
          (line) => outside.print(printable(line)),
          outside.interrupted,
        );
        if (!outside.interrupted.aborted) return code;
        output.remark('Cancelled.');
        return exitCodes.interrupted;
      }),
    );

/** Requested trunks as the engine's own flags; the engine may run in another folder. */
function asked(
  { trunk, ownTrunk, name }: { trunk?: string; ownTrunk?: string; name?: string },
  here: string,
): string[] {
  return [
    ...(trunk === undefined ? [] : ['--trunk', trunk]),
    ...(ownTrunk === undefined ? [] : ['--own-trunk', path.resolve(here, ownTrunk)]),
    ...(name === undefined ? [] : ['--name', name]),
  ];
}
