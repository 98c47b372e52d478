import { AppError } from '@shared/errors';
import { exportRun } from '../export';
import type { LoadedRun } from '../training';
import { decodeFile } from './decode-file';
import { encodeFiles } from './encode-files';
import { latentOf, readLatentOwner, readLatents, writeLatent } from './latent-file';
import { decodeOne, requireLatent } from './latents';
import type { RunLongJob } from './long-jobs';
import type { OnModel, StudioHandlers } from './on-model';
import { itemsOf } from './items';
import { createPhases } from './progress';

/** What is written to files and read from them: latents, by the page as bytes and by commands as paths, and exports. */
export function fileHandlers(onModel: OnModel<LoadedRun>, long: RunLongJob) {
  return {
    'studio.saveLatent': onModel(({ info }, { latent, name }) => {
      requireLatent(latent, info);
      return { fileName: latentFileName(name), bytes: writeLatent(latent, name, info) };
    }),

    'studio.openLatent': onModel((model, { bytes, anyWeights }) => {
      const { info } = model;
      const { names, count, sameWeights, rows } = readLatents(bytes, info, anyWeights);
      if (count > 1) {
        throw new AppError(
          'BAD_FILE',
          `This file holds ${count} latents; the Studio opens one at a time.`,
          '“tessera decode” turns all of them into pictures.',
        );
      }
      const latent = latentOf(rows);
      const picture = itemsOf(info.signal, decodeOne(model, latent));
      return { model: info, name: names[0] ?? '', latent, picture, sameWeights };
    }),

    'studio.encodeFiles': onModel.long((model, { sources, out }, { signal, progress }) =>
      encodeFiles({ model, sources, out, signal, onProgress: progress }),
    ),

    'studio.decodeFile': onModel.long((model, { source, directory }, { signal, progress }) =>
      decodeFile({ model, source, directory, signal, onProgress: progress }),
    ),

    'studio.readLatent': async ({ source }) => ({ owner: await readLatentOwner(source) }),

    'studio.export': ({ runDirectory, step, format, directory }, { signal, progress }) =>
      long(signal, () =>
        exportRun({ runDirectory, step, format, directory, signal, onProgress: createPhases(progress) }),
      ),
  } satisfies Partial<StudioHandlers>;
}

/** `cat.png` → `cat.npz`, with nothing in it that a file system minds. */
export function latentFileName(name: string): string {
  const stem = name
    .replace(/\.[^.]{1,5}$/, '')
    .replace(/[^\p{L}\p{N} _.()-]/gu, '_')
    .trim()
    .slice(0, 100);
  return `${stem || 'latent'}.npz`;
}
