import path from 'node:path';
import { Command } from 'commander';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

export const setupCommand: CommandFile = (begin) =>
  new Command('setup')
    .description('install the engine: fetch TensorFlow and build its binding; does nothing if all is there')
    .option('--trunk <name>', 'fetch this perceptual network as well: vgg16-hed (MIT, 55 MB)')
    .option(
      '--own-trunk <file>',
      'put perceptual weights of your own in place: safetensors of VGG16 or EfficientNet-Lite0',
    )
    .option('--name <name>', 'what to call them')
    .allowExcessArguments(false)
    .action((flags: CommonFlags & { trunk?: string; ownTrunk?: string; name?: string }) =>
      begin(flags, async ({ outside }) => {
        const code = await outside.engine(
          ['setup', ...(flags.json ? ['--json'] : []), ...asked(flags)],
          outside.print,
          outside.interrupted,
        );
        return outside.interrupted.aborted ? exitCodes.interrupted : code;
      }),
    );

/** Trunks that were asked for, as the engine's own flags; it may run in another folder. */
function asked({ trunk, ownTrunk, name }: { trunk?: string; ownTrunk?: string; name?: string }): string[] {
  return [
    ...(trunk === undefined ? [] : ['--trunk', trunk]),
    ...(ownTrunk === undefined ? [] : ['--own-trunk', path.resolve(ownTrunk)]),
    ...(name === undefined ? [] : ['--name', name]),
  ];
}
