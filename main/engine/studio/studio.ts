import { isPrior, newItems } from '@shared/specs';
import { backend } from '../tensorflow/native/load';
import { needsTensorflow } from '../tensorflow/portable/needs-tensorflow';
import { type LoadedRun, loadPrior, loadRun, measurePace, planPrior, planRun } from '../training';
import { animate } from './animation';
import { codeHandlers } from './code-handlers';
import { compressionHandlers } from './compression-handlers';
import { fileHandlers } from './file-handlers';
import { requireCodes, requireOverCodes } from './latents';
import { createLongJobs } from './long-jobs';
import { createModelCache, weightBytes } from './model-cache';
import { modelHandlers } from './model-handlers';
import { createOnModel, type StudioHandlers } from './on-model';
import { priorHandlers } from './prior-handlers';
import { sheetOf } from './sheet';
import { vectorHandlers } from './vector-handlers';

/** Answers the studio's requests. */
export interface Studio {
  handlers: StudioHandlers;
  dispose(): void;
}

export function createStudio({ load = loadRun }: { load?: typeof loadRun } = {}): Studio {
  const models = createModelCache({
    load: async (runDirectory, step) => warm(await load(runDirectory, step)),
    bytesOf: ({ model }) => weightBytes(model),
  });
  const priors = createModelCache({
    load: loadPrior,
    bytesOf: ({ prior, autoencoder }) => weightBytes(prior) + weightBytes(autoencoder.model),
    models: 2,
  });
  const long = createLongJobs();
  const onModel = createOnModel(models, long);
  const onPrior = createOnModel(priors, long);
  const onCodePrior = onPrior.as(requireOverCodes);

  return {
    handlers: {
      'studio.plan': ({ spec, signal, items, latent, classes }) => {
        if (backend.kind === 'portable') throw needsTensorflow('Training');
        return isPrior(spec.model) ? planPrior(spec, { signal, latent, classes }) : planRun(spec, signal, items);
      },

      'studio.pace': ({ spec, ...ground }, { signal }) => {
        if (backend.kind === 'portable') throw needsTensorflow('Training');
        return long(signal, () => measurePace(spec, ground, signal));
      },

      'studio.animate': async (what) => ({ bytes: await animate(what) }),
      'studio.sheet': ({ rows }) => sheetOf(rows),

      ...modelHandlers(onModel, long),
      ...codeHandlers(onModel.as(requireCodes)),
      ...vectorHandlers(onModel, long),
      ...fileHandlers(onModel, long),
      ...priorHandlers({ onPrior, onCodePrior }),
      ...compressionHandlers({ models: onModel, priors: onCodePrior, long }),
    },
    dispose() {
      models.dispose();
      priors.dispose();
    },
  };
}

/** Captures what a person waits for, so that the first stroke of a brush is as quick as the second. */
function warm(model: LoadedRun): LoadedRun {
  const { signal } = model.info;
  model.reconstruct(newItems(signal, 1), 1);
  return model;
}
