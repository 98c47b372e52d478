import type { Drawing, SampleQuality } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type Split, latentSize } from '@shared/specs';
import { openPack, readItemIndex } from '../media';
import { FEATURES, requirePerceptualTrunk } from '../perceptual';
import { type LoadedCodePrior, itemFeatures, splitFeatures } from '../training';
import { betweenSets } from '../training/thorough';
import { breathe } from './long-jobs';
import { labelsFor } from './prior-model';
import { evenlySpread } from './reconstruct';
import { BATCH, drawBatch } from './samples';

interface QualityRequest extends Omit<Drawing, 'first' | 'label' | 'given'> {
  datasetDirectory: string;
  split: Split;
  signal: AbortSignal;
  onProgress(phase: string, done: number, total: number): void;
}

/**
 * How a prior's samples lie beside the real pictures of a split, by features of the perceptual trunk; and, since few
 * pictures never look like all of them, how as many real ones of the other split do. A prior that knows classes draws
 * each sample of the class of one of the split's items, evenly spread over them: the mix of classes is then the
 * split's.
 * @throws SETUP_FAILED where the trunk isn't set up; BAD_REQUEST for an empty split; CANCELLED
 */
export async function measureSamples(loaded: LoadedCodePrior, request: QualityRequest): Promise<SampleQuality> {
  const { datasetDirectory, split, count, signal, onProgress } = request;
  requirePerceptualTrunk();
  const { autoencoder, info } = loaded;
  const pack = openPack(datasetDirectory);
  try {
    const { splits, labels } = await readItemIndex(datasetDirectory, pack.count);
    const [items, others] = [splits[split], splits[split === 'test' ? 'train' : 'test']];
    if (items.length === 0)
      throw new AppError('BAD_REQUEST', `The dataset has no items in its ${split} split.`, '', { field: 'split' });
    const real = await splitFeatures(datasetDirectory, split, autoencoder, {
      signal,
      onProgress: (done, total) => onProgress('features', done, total),
    });
    const drawnAfter = Array.from({ length: count }, (_, n) => items[Math.floor((n * items.length) / count)] ?? 0);
    const known = labelsFor(
      loaded,
      drawnAfter.map((item) => labels[item] ?? -1),
      pack.manifest.classes,
    );
    const classes = known && Int32Array.from(known, (label) => label ?? -1);
    const featuresOf = itemFeatures(autoencoder.program, info.signal);
    const samples = new Float32Array(count * FEATURES);
    for await (const { from, codes, some } of drawnBatches(loaded, classes, request)) {
      samples.set(featuresOf(autoencoder.decode(codes, some), some), from * FEATURES);
      onProgress('drawing', from + some, count);
    }
    const floor = await realFeatures(evenlySpread(others, count));
    onProgress('comparing', 0, 2);
    const measures = await betweenSets('fid-like', real, setOf(samples), signal);
    onProgress('comparing', 1, 2);
    const realMeasures = floor && (await betweenSets('fid-like', real, floor, signal));
    onProgress('comparing', 2, 2);
    return {
      step: info.step,
      split,
      samples: count,
      items: real.count,
      byClass: classes !== null,
      measures,
      realItems: floor?.count ?? 0,
      realMeasures: realMeasures ?? {},
    };

    async function realFeatures(some: Uint32Array) {
      if (some.length === 0) return null;
      const values = new Float32Array(some.length * FEATURES);
      for (let at = 0; at < some.length; at += BATCH) {
        const piece = some.subarray(at, at + BATCH);
        values.set(featuresOf(pack.readItems(piece), piece.length), at * FEATURES);
        onProgress('floor', at + piece.length, some.length);
        await breathe(signal);
      }
      return setOf(values);
    }
  } finally {
    pack.close();
  }
}

const setOf = (values: Float32Array) => ({ count: values.length / FEATURES, size: FEATURES, values });

/** The samples 0 … count − 1, some at a time; codes [some, latentSize]. */
async function* drawnBatches(
  loaded: LoadedCodePrior,
  classes: Int32Array | null,
  { count, signal, seed, temperature, topK, topP, guidance, rounds, choice, choiceTemperature }: QualityRequest,
) {
  const how = { seed, temperature, topK, topP, guidance, rounds, choice, choiceTemperature, given: null };
  const size = latentSize(loaded.prior.latent);
  for (let from = 0; from < count; from += BATCH) {
    const some = Math.min(BATCH, count - from);
    const labels = classes && Int32Array.from({ length: BATCH }, (_, at) => classes[from + at] ?? -1);
    const drawing = drawBatch(loaded, from / BATCH, labels, how);
    for (;;) {
      const { done, value } = drawing.next();
      await breathe(signal);
      if (!done) continue;
      yield { from, some, codes: value.slice(0, some * size) };
      break;
    }
  }
}
