import type { LoadedCodePrior, LoadedRun } from '../training';
import { compressFiles } from './compress-files';
import { decompressFile, openCompressed, restoreCompressed } from './decompress-file';
import type { RunLongJob } from './long-jobs';
import { measureCodecs } from './measure-codecs';
import { measureCoding } from './measure-coding';
import type { OnModel, StudioHandlers } from './on-model';

/** What is asked about compression, of models or of priors; all of it but reading a header is long work. */
export function compressionHandlers({
  models,
  priors,
  long,
}: {
  models: Pick<OnModel<LoadedRun>, 'use'>;
  priors: Pick<OnModel<LoadedCodePrior>, 'use'>;
  long: RunLongJob;
}) {
  return {
    'studio.compressFiles': ({ runDirectory, step, coder, label, sources, out }, { signal, progress }) =>
      long(signal, () => {
        const request = { sources, out, signal, onProgress: progress };
        return coder === 'prior'
          ? priors.use(runDirectory, step, (prior) => compressFiles({ by: { prior, label }, ...request }))
          : models.use(runDirectory, step, (model) => compressFiles({ by: { model, coder }, ...request }));
      }),

    'studio.readCompressed': ({ source, called }) => {
      const { coder, items, autoencoder, prior } = openCompressed(source, called).header;
      const opener = prior ?? autoencoder;
      return { coder, items, opener: { run: opener.run, step: opener.step } };
    },

    'studio.decompressFile': ({ runDirectory, step, source, directory }, { signal, progress }) =>
      long(signal, () => {
        const opened = openCompressed(source);
        const request = { opened, directory, signal, onProgress: progress };
        return opened.header.prior
          ? priors.use(runDirectory, step, (prior) => decompressFile({ by: { prior }, ...request }))
          : models.use(runDirectory, step, (model) => decompressFile({ by: { model }, ...request }));
      }),

    'studio.restoreCompressed': ({ runDirectory, step, source, called }, { signal, progress }) =>
      long(signal, () => {
        const opened = openCompressed(source, called);
        const request = { opened, signal, onProgress: progress };
        return opened.header.prior
          ? priors.use(runDirectory, step, (prior) => restoreCompressed({ by: { prior }, ...request }))
          : models.use(runDirectory, step, (model) => restoreCompressed({ by: { model }, ...request }));
      }),

    'studio.measureCoding': ({ runDirectory, step, byPrior, ...what }, { signal, progress }) =>
      long(signal, () => {
        const request = { ...what, signal, onProgress: progress };
        return byPrior
          ? priors.use(runDirectory, step, (prior) => measureCoding({ by: { prior }, ...request }))
          : models.use(runDirectory, step, (model) => measureCoding({ by: { model }, ...request }));
      }),

    'studio.measureCodecs': (what, { signal, progress }) =>
      long(signal, () => measureCodecs({ ...what, signal, onProgress: progress })),
  } satisfies Partial<StudioHandlers>;
}
