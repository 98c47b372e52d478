import { type MeasuredCoding, type PictureSet, type ProgressReport, codersAlone } from '@shared/contract';
import { type Preprocessing, latentSize, valuesOf } from '@shared/specs';
import {
  type CodeSet,
  compressCodes,
  compressWithModel,
  fromLogits,
  readTsr,
  requireCodes as requireCodesLatent,
  sizesOf,
} from '../coding';
import type { LoadedCodeRun, LoadedCodePrior, LoadedRun } from '../training';
import { comfortableBatch } from '../training/inference';
import { engineFacts } from './engine-facts';
import { requireCodes } from './latents';
import { breathe } from './long-jobs';
import { createLikenessMeter, meanOf } from './picture-likeness';
import { type Pictured, readPictureSet } from './picture-set';
import { itemsOf, requirePictures } from './items';
import { type Labels, autoencoderOf, identityOf, labelsFor, priorModel } from './prior-model';
import { createPhases, createProgress } from './progress';
import { eachOnSheet, onSheet } from './sheet-places';
import { tesseraVersion } from './version';

export interface MeasureCodingRequest {
  /** The model whose codes are measured; a prior measures its autoencoder's. */
  by: { model: LoadedRun } | { prior: LoadedCodePrior };
  pictures: PictureSet;
  perceptual: boolean;
  signal: AbortSignal;
  onProgress(progress: ProgressReport): void;
}

/**
 * What the codes of pictures take at every stage of coding them, what the pictures become, and the smallest compressed
 * file of them: a prior's where there is one.
 * @throws UNSUPPORTED for a model with vectors or a prior that doesn't go code by code; as `readPictureSet`; CANCELLED
 */
export async function measureCoding(
  request: MeasureCodingRequest,
): Promise<MeasuredCoding & { preprocessing: Preprocessing; tsr: Uint8Array }> {
  const { by, signal, onProgress } = request;
  const loaded = 'prior' in by ? by.prior.autoencoder : by.model;
  const latent = requireCodesLatent(loaded.latent);
  const model = requireCodes(loaded);
  const { signal: shape } = model.info;
  requirePictures(shape);
  const set = await readPictureSet(request.pictures, model.manifest, signal);
  const { codes, reconstructions } = await throughCodes(model, set, request);
  const codeSet: CodeSet = { latent, items: set.count, codes };
  const { pixels, raw, fixed, packed, entropy, huffman, static: fitted, adaptive } = sizesOf(codeSet, shape);
  const alone = { packed, huffman: huffman.total, static: fitted.total, adaptive };

  const description = { tessera: tesseraVersion, signal: shape, names: set.names };
  const labels = 'prior' in by ? labelsFor(by.prior, set.labels, set.classes) : null;
  const smallest = codersAlone.reduce((best, coder) => (alone[coder] < alone[best] ? coder : best));
  const tsr =
    'prior' in by
      ? await codedByPrior(by.prior, labels, codeSet, description, { signal, onProgress })
      : compressCodes(codeSet, { ...description, autoencoder: identityOf(model.info) }, smallest);

  const meter = createLikenessMeter(shape, request.perceptual);
  try {
    const each = await meter.measure(reconstructions, set.pixels, signal);
    const places = onSheet(set.count, shape);
    return {
      items: set.count,
      pixels,
      signal: shape,
      step: model.info.step,
      priorStep: 'prior' in by ? by.prior.info.step : null,
      bits: {
        raw,
        fixed,
        entropy,
        ...alone,
        huffmanTable: huffman.table,
        staticTable: fitted.table,
        prior: 'prior' in by ? readTsr(tsr).payload.length * 8 : null,
      },
      coder: 'prior' in by ? 'prior' : smallest,
      fileBytes: tsr.length,
      conditioned: labels?.filter((label) => label !== null).length ?? 0,
      psnr: meanOf(each.psnr),
      ssim: meanOf(each.ssim),
      perceptual: each.perceptual && meanOf(each.perceptual),
      names: places.map((place) => set.names[place] ?? ''),
      originals: itemsOf(shape, itemsAt(set.pixels, places, set.count)),
      reconstructions: itemsOf(shape, itemsAt(reconstructions, places, set.count)),
      each: eachOnSheet(each, places),
      tsr,
      preprocessing: model.manifest.preprocessing,
    };
  } finally {
    meter.dispose();
  }
}

async function throughCodes(
  model: LoadedCodeRun,
  { pixels, count }: Pictured,
  { signal, onProgress }: MeasureCodingRequest,
): Promise<{ codes: Int32Array; reconstructions: Uint8Array }> {
  const { signal: shape } = model.info;
  const [size, itemBytes] = [latentSize(model.latent), valuesOf(shape)];
  const codes = new Int32Array(count * size);
  const reconstructions = new Uint8Array(count * itemBytes);
  const report = createPhases(onProgress);
  const batch = comfortableBatch(shape);
  for (let at = 0; at < count; at += batch) {
    const some = Math.min(batch, count - at);
    const own = model.encode(pixels.subarray(at * itemBytes, (at + some) * itemBytes), some);
    codes.set(own, at * size);
    reconstructions.set(model.decode(own, some), at * itemBytes);
    report('encoding', at + some, count);
    await breathe(signal);
  }
  return { codes, reconstructions };
}

function codedByPrior(
  prior: LoadedCodePrior,
  labels: Labels | null,
  set: CodeSet,
  description: Omit<Parameters<typeof compressWithModel>[1], 'autoencoder'>,
  { signal, onProgress }: Pick<MeasureCodingRequest, 'signal' | 'onProgress'>,
): Promise<Uint8Array<ArrayBuffer>> {
  return compressWithModel(
    set,
    { ...description, autoencoder: autoencoderOf(prior) },
    { ...identityOf(prior.info), engine: engineFacts(), labels },
    fromLogits(priorModel(prior, labels, signal)),
    { signal, onProgress: createProgress('coding', onProgress) },
  );
}

/** The items at `places` of [count, …], one after the other. */
export function itemsAt(pixels: Uint8Array, places: readonly number[], count: number): Uint8Array {
  const size = pixels.length / count;
  const chosen = new Uint8Array(places.length * size);
  places.forEach((place, at) => chosen.set(pixels.subarray(place * size, (place + 1) * size), at * size));
  return chosen;
}
