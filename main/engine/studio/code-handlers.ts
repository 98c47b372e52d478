import type { LoadedCodeRun } from '../training';
import { analyseCodebook } from './codebook';
import { describeCode } from './code-detail';
import { requireLayer } from './latents';
import type { OnModel, StudioHandlers } from './on-model';
import { paletteOf } from './palette';
import { createProgress } from './progress';
import { createSplitCodes } from './split-codes';

/** What is asked about the codes of a model. */
export function codeHandlers(onCodes: OnModel<LoadedCodeRun>) {
  const splitCodes = createSplitCodes();
  return {
    'studio.palette': onCodes(async (model, { step, layer }, { signal }) => ({
      step,
      ...(await paletteOf(model, requireLayer(model, layer), signal)),
    })),

    'studio.codebook': onCodes.long((model, { layer, datasetDirectory, split }, { signal, progress }) => {
      const onProgress = createProgress('encoding', progress);
      const request = { model, datasetDirectory, split, signal, onProgress };
      return analyseCodebook(splitCodes, request, requireLayer(model, layer));
    }),

    'studio.code': onCodes.long((model, { layer, datasetDirectory, split, code, limit }, { signal, progress }) => {
      const onProgress = createProgress('encoding', progress);
      const request = { model, datasetDirectory, split, signal, onProgress };
      return describeCode(splitCodes, request, { layer: requireLayer(model, layer), code, limit });
    }),
  } satisfies Partial<StudioHandlers>;
}
