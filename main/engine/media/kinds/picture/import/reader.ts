import { AppError } from '@shared/errors';
import type { ImportOptions } from '@shared/specs/dataset';
import type { PictureSignal } from '@shared/specs/media';
import { createSampler } from '../../../import/sampler';
import type { ImportLimits } from '../../../limits';
import { endingOf, type SourceFile } from '../../../sources';
import type { ItemReader } from '../../kind';
import { createCollector, type Collection } from '../collections';
import { examinePicture } from '../decode';
import { formatOfEnding, sniff, SNIFF_BYTES } from '../formats';
import { createConversion } from './conversion';
import { contentsOfFile, type PictureContent } from './content';
import { framesIn, mayHaveFrames } from './frames';
import { chooseShape, type Sample } from './shape';

/** Reads pictures: files of one each, or of several frames, and the collections of pictures that data comes in. */
export function pictureReader(
  options: ImportOptions,
  limits: ImportLimits,
  signal: AbortSignal,
): ItemReader<PictureSignal, PictureContent, Collection> {
  const sampler = createSampler<Sample>();
  let colourSeen = false;

  const headOf = (file: SourceFile): Promise<Uint8Array> => file.head(SNIFF_BYTES);
  const hasPictureEnding = (file: SourceFile): boolean => formatOfEnding(endingOf(file.path)) !== null;
  const takesFrames = (file: SourceFile): boolean => options.frames === 'all' && mayHaveFrames(file.path);

  return {
    look({ sequential }) {
      const collector = createCollector({ limits, signal, range: options.range, sequential });
      return {
        async recognise(file) {
          if (hasPictureEnding(file)) return true;
          let head: Uint8Array;
          try {
            head = await headOf(file);
          } catch (thrown) {
            if (thrown instanceof AppError) return false;
            throw thrown;
          }
          if ('format' in sniff(head, file.path)) return true;
          await collector.examine(file, head);
          return false;
        },
        count: async (file) => (takesFrames(file) ? (await framesIn(() => file.read())).frames.pages.length : 1),
        async sample(file) {
          if (!sampler.wants()) return;
          try {
            const sample = await examinePicture(await file.read(), !colourSeen, limits);
            sampler.keep(sample);
            colourSeen ||= !sample.grey;
          } catch (thrown) {
            if (!(thrown instanceof AppError)) throw thrown; // the second walk reports what can't be read
          }
        },
        finish: () => collector.finish(),
      };
    },
    choose(collections) {
      for (const { count, width, height, channels } of collections)
        for (let i = 0; i < count; i++) if (sampler.wants()) sampler.keep({ width, height, grey: channels === 1 });
      return chooseShape(options, sampler.kept());
    },
    /** A look at the first bytes saves reading a video to learn that it is no picture. */
    async reasonToSkip(file) {
      if (hasPictureEnding(file)) return null;
      try {
        const sniffed = sniff(await headOf(file), file.path);
        return 'other' in sniffed ? sniffed.other : null;
      } catch (thrown) {
        if (thrown instanceof AppError) return thrown.message;
        throw thrown;
      }
    },
    contents: (file, name, load) =>
      contentsOfFile(name, load, { range: options.range, takesFrames: takesFrames(file) }),
    async *collected(collection, file) {
      const { height, width, channels } = collection;
      for await (const { pixels, label } of collection.pictures(file))
        yield { content: { raw: { height, width, channels, pixels } }, label };
    },
    convert: (shape) => createConversion(shape, options, limits, signal),
    nothing: (of, example) =>
      of === 'all'
        ? new AppError('BAD_FILE', `There is no picture to import.${example}`, READ)
        : new AppError(
            'BAD_FILE',
            `None of the pictures to train on could be read.${example}`,
            'Look at the folder “train”.',
          ),
  };
}

const READ =
  'Tessera reads PNG, JPEG, WebP, AVIF, GIF, BMP, TIFF and PPM pictures, zip and tar archives of them, IDX, CIFAR, STL-10, .npz and .npy.';
