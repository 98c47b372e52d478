import type { StudioContract } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { Handlers } from '@shared/wire';
import { exportRun } from '../export';
import { backend } from '../tensorflow/native/load';
import { needsTensorflow } from '../tensorflow/portable/needs-tensorflow';
import { type LoadedRun, evaluateRun, loadRun, planRun } from '../training';
import { analyseCodebook } from './codebook';
import { describeCode } from './code-detail';
import { decodeFile } from './decode-file';
import { encodeFiles } from './encode-files';
import { requireGrid } from './grids';
import { readLatents, writeLatent } from './latent-file';
import { createLongJobs } from './long-jobs';
import { createModelCache } from './model-cache';
import { paletteOf } from './palette';
import { picturesOf, readPicture } from './pictures';
import { createPhases, createProgress } from './progress';
import { createSplitCodes } from './split-codes';

/** Answers the studio's requests; `engine.ping` and `engine.stop` are the process's own. */
export interface Studio {
  handlers: Omit<Handlers<StudioContract>, 'engine.ping' | 'engine.stop'>;
  dispose(): void;
}

export function createStudio({ load = loadRun }: { load?: typeof loadRun } = {}): Studio {
  const models = createModelCache({ load: async (runDirectory, step) => warm(await load(runDirectory, step)) });
  const splitCodes = createSplitCodes();
  const long = createLongJobs();

  const handlers: Studio['handlers'] = {
    'studio.plan': ({ spec, image }) => {
      if (backend.kind === 'portable') throw needsTensorflow('Training');
      return planRun(spec, image);
    },

    'studio.open': ({ runDirectory, step }) => models.use(runDirectory, step, ({ info }) => info),

    'studio.encode': ({ runDirectory, step, picture }) =>
      models.use(runDirectory, step, async (model) => {
        const { info } = model;
        const { name, pixels } = await readPicture(picture, info.image);
        const indices = model.encode(pixels, 1);
        return {
          model: info,
          name,
          original: picturesOf(info.image, pixels),
          grid: { ...info.grid, indices },
          reconstruction: picturesOf(info.image, model.decode(indices, 1)),
        };
      }),

    'studio.decode': ({ runDirectory, step, grid }) =>
      models.use(runDirectory, step, (model) => {
        requireGrid(grid, model.info);
        return { step, picture: picturesOf(model.info.image, model.decode(grid.indices, 1)) };
      }),

    'studio.palette': ({ runDirectory, step }, { signal }) =>
      models.use(runDirectory, step, async (model) => ({ step, tiles: await paletteOf(model, signal) })),

    'studio.codebook': ({ runDirectory, step, datasetDirectory, split }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, (model) =>
          analyseCodebook(splitCodes, {
            model,
            datasetDirectory,
            split,
            signal,
            onProgress: createProgress('encoding', progress),
          }),
        ),
      ),

    'studio.code': ({ runDirectory, step, datasetDirectory, split, code, limit }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, (model) => {
          const onProgress = createProgress('encoding', progress);
          return describeCode(splitCodes, { model, datasetDirectory, split, signal, onProgress }, code, limit);
        }),
      ),

    'studio.saveLatent': ({ runDirectory, step, grid, name }) =>
      models.use(runDirectory, step, ({ info }) => {
        requireGrid(grid, info);
        return { fileName: latentFileName(name), bytes: writeLatent(grid, name, info) };
      }),

    'studio.openLatent': ({ runDirectory, step, bytes, anyWeights }) =>
      models.use(runDirectory, step, (model) => {
        const { info } = model;
        const { indices, names, count, sameWeights } = readLatents(bytes, info, anyWeights);
        if (count > 1) {
          throw new AppError(
            'BAD_FILE',
            `This file holds ${count} latents; the Studio opens one at a time.`,
            '“tessera decode” turns all of them into pictures.',
          );
        }
        const picture = picturesOf(info.image, model.decode(indices, 1));
        return { model: info, name: names[0] ?? '', grid: { ...info.grid, indices }, picture, sameWeights };
      }),

    'studio.evaluate': ({ runDirectory, step, datasetDirectory, split }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, async (model) => {
          const onProgress = createProgress('evaluating', progress);
          return (await evaluateRun(model, datasetDirectory, split, { signal, onProgress })).evaluation;
        }),
      ),

    'studio.export': ({ runDirectory, step, format, directory }, { signal, progress }) =>
      long(signal, () =>
        exportRun({ runDirectory, step, format, directory, signal, onProgress: createPhases(progress) }),
      ),

    'studio.encodeFiles': ({ runDirectory, step, sources, out }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, (model) => encodeFiles({ model, sources, out, signal, onProgress: progress })),
      ),

    'studio.decodeFile': ({ runDirectory, step, source, directory }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, (model) =>
          decodeFile({ model, source, directory, signal, onProgress: progress }),
        ),
      ),
  };
  return { handlers, dispose: () => models.dispose() };
}

/** Captures what a person waits for, so that the first stroke of a brush is as quick as the second. */
function warm(model: LoadedRun): LoadedRun {
  const { image } = model.info;
  model.decode(model.encode(new Uint8Array(image.height * image.width * image.channels), 1), 1);
  return model;
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
