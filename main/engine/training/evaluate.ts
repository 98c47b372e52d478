import { setImmediate } from 'node:timers/promises';
import type { Evaluation } from '@shared/contract';
import { type Split, describeSignal, isSameSignal, layersOf, newItems } from '@shared/specs';
import { AppError } from '@shared/errors';
import { type Autoencoder, hasCodes } from '../autoencoders';
import { tensorsOf } from '../media/kinds/tensors';
import { type Pack, openPack, readItemIndex } from '../media/pack';
import { createEvaluationAccumulator } from '../metrics';
import type { Program } from '../tensorflow/graph';
import { comfortableBatch, defineEvaluation } from './inference';
import { estimateLikelihood } from './likelihood';
import type { LoadedRun } from './load-run';
import { measureThoroughly } from './thorough';

export interface EvaluationOptions {
  /** Also what takes long: see `thorough` and `likelihood`. */
  thorough?: boolean;
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}

export interface SplitEvaluation {
  evaluation: Evaluation;
  /** Times each code was used over the split, layer by layer: [all codes], empty without codes. */
  counts: Uint32Array<ArrayBuffer>;
}

/**
 * Evaluates a checkpoint over a whole split of a dataset.
 * @throws BAD_REQUEST if the dataset's items have another shape than the model's, or the split is empty; CANCELLED
 */
export async function evaluateRun(
  run: LoadedRun,
  datasetDirectory: string,
  split: Split,
  options: EvaluationOptions = {},
): Promise<SplitEvaluation> {
  const pack = openPack(datasetDirectory);
  try {
    requireShape(pack, run.model);
    const { splits } = await readItemIndex(datasetDirectory, pack.count);
    if (splits[split].length === 0) {
      throw new AppError('BAD_REQUEST', `The dataset has no items in its ${split} split.`, '', { field: 'split' });
    }
    const evaluate = createEvaluator(run.program, run.model, run.manifest.trainVariance);
    return await evaluate(pack, splits[split], { split, step: run.info.step }, options);
  } finally {
    pack.close();
  }
}

/** @throws BAD_REQUEST if the items of the pack aren't of the shape that the model reads */
export function requireShape({ signal: own }: Pack, { signal }: Pick<Autoencoder, 'signal'>): void {
  if (isSameSignal(own, signal)) return;
  throw new AppError(
    'BAD_REQUEST',
    `The model reads items of ${describeSignal(signal).en}; the dataset’s are ${describeSignal(own).en}.`,
    '',
    {
      field: 'dataset',
    },
  );
}

/** Adds evaluation to a program once; the returned function evaluates the present weights, yielding between batches. */
export function createEvaluator(program: Program, model: Autoencoder, trainVariance: number) {
  const batch = comfortableBatch(model.signal);
  const forward = program.once(`evaluate/${batch}`, () => defineEvaluation(program, model, batch));
  const finish = Object.fromEntries(
    Object.entries(tensorsOf(model.signal).measures).map(([name, measure]) => [name, measure.finish]),
  );
  const layers = hasCodes(model) ? layersOf(model.latent) : [];
  const posterior = !hasCodes(model) && model.isPosteriorMean ? model.latent.length : undefined;
  return async (
    pack: Pack,
    items: Uint32Array,
    what: Pick<Evaluation, 'split' | 'step'>,
    { thorough = false, signal, onProgress }: EvaluationOptions = {},
  ): Promise<SplitEvaluation> => {
    const total = items.length * (thorough ? (model.importance ? 3 : 2) : 1);
    const gathered = createEvaluationAccumulator({ layers, trainVariance, posterior, finish });
    const stored = newItems(pack.signal, batch);
    for (let at = 0; at < items.length; at += batch) {
      const some = items.subarray(at, at + batch);
      pack.readItems(some, stored);
      const { latents, squaredError, ...measures } = forward.run({ stored, at: at / batch });
      if (!latents || !squaredError) throw new AppError('INTERNAL', 'The evaluation lost an output.');
      gathered.add({
        count: some.length,
        latents: latents.data,
        squaredError: squaredError.data,
        measures: Object.fromEntries(Object.entries(measures).map(([name, { data }]) => [name, data])),
      });
      onProgress?.(at + some.length, total);
      await setImmediate();
      if (signal?.aborted) throw new AppError('CANCELLED', 'The evaluation was cancelled.');
    }
    const evaluation = { ...what, ...gathered.result() };
    if (thorough) {
      const after = (passes: number) => (done: number) => onProgress?.(passes * items.length + done, total);
      Object.assign(
        evaluation.measures,
        await measureThoroughly(program, model, pack, items, { signal, onProgress: after(1) }),
        await estimateLikelihood(program, model, pack, items, { signal, onProgress: after(2) }),
      );
    }
    return { evaluation, counts: gathered.counts };
  };
}
