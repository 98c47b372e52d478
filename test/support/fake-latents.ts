/**
 * A scripted model of each kind of latent: a hierarchy with stages, and a vector. Pictures follow the latent, plainly.
 */
import type { Latent, ModelInfo, Items, VectorStatistics } from '@shared/contract';
import { AppError } from '@shared/errors';
import { latentSize, layersOf, valuesOf, type LatentShape } from '@shared/specs';
import { fakeModel, fakePictures, noise } from './fake-runs';
import type { FakeHandlers } from './fake-workbench';

const SIDE = 28;

/** Two levels, the finer one of two stages: three layers of codes. */
export const hierarchy: LatentShape = {
  kind: 'codes',
  levels: [
    { axes: [4, 4], depth: 1, codes: 16, dimension: 8 },
    { axes: [7, 7], depth: 2, codes: 32, dimension: 8 },
  ],
};
export const vector: LatentShape = { kind: 'vector', length: 32 };

/** The latent of a picture that was never edited: repeatable numbers. */
export function fakeLatentOf(latent: LatentShape, seed = 0): Latent {
  if (latent.kind === 'vector')
    return { kind: 'vector', values: Float32Array.from({ length: latent.length }, (_, i) => 2 * noise(i + seed) - 1) };
  const indices = new Int32Array(latentSize(latent));
  for (const { first, stride, cells, codes } of layersOf(latent)) {
    for (let cell = 0; cell < cells; cell++)
      indices[first + cell * stride] = Math.floor(codes * noise(cell + 100 * first + seed));
  }
  return { kind: 'codes', indices };
}

/** What it decodes to: the sum of its numbers decides the brightness of a blob. */
function decoded(latent: Latent): Items {
  const numbers: ArrayLike<number> = latent.kind === 'codes' ? latent.indices : latent.values;
  const sum = Array.from(numbers).reduce((total, value, i) => total + value * (1 + (i % 7)), 0);
  return fakePictures(1, SIDE, 0.8, Math.round(100 * sum) % 997);
}

const numbersOf = (latent: Latent): ArrayLike<number> => (latent.kind === 'codes' ? latent.indices : latent.values);
const latentOf = ({ kind }: LatentShape, numbers: number[]): Latent =>
  kind === 'codes' ? { kind, indices: Int32Array.from(numbers) } : { kind, values: Float32Array.from(numbers) };

/** Pictures of a canvas of cells of 4 × 4 px. */
export function fakeCanvas({ height, width }: { height: number; width: number }, count: number): Items {
  const signal: Items['signal'] = { kind: 'picture', height: 4 * height, width: 4 * width, channels: 1 };
  return { signal, dtype: 'u8', count, data: new Uint8Array(count * valuesOf(signal)).fill(90) };
}

/** The components vary by 2 and less, in no order; the last quarter not at all. */
export const fakeStatistics = (length: number, step: number): VectorStatistics => ({
  step,
  items: 1000,
  mean: new Float32Array(length),
  deviation: Float32Array.from({ length }, (_, i) => (i >= 0.75 * length ? 0 : 2 / (1 + ((i * 5) % length)))),
});

/** Answers of a workbench whose every run has a model with this latent; they go before those of `fakeRunHandlers`. */
export function fakeLatentHandlers(latent: LatentShape, step = 1000): FakeHandlers {
  const model = (run: string): ModelInfo => ({ ...fakeModel(run, step), latent });
  const layers = latent.kind === 'codes' ? layersOf(latent) : [];
  /** How many Gaussians were fitted, so far. */
  const fitted = new Set<number>();
  const layerAt = (layer: number) => {
    const found = layers[layer];
    if (!found) throw new AppError('BAD_REQUEST', `There is no layer ${layer}.`, '', { field: 'layer' });
    return found;
  };
  return {
    'studio.open': ({ run }) => model(run),
    'studio.encode': ({ run, picture }) => {
      const seed = picture.kind === 'item' ? picture.index : 999;
      const encoded = fakeLatentOf(latent, seed);
      return {
        model: model(run),
        name: `picture-${seed}.png`,
        original: fakePictures(1, SIDE, 1, seed),
        latent: encoded,
        reconstruction: decoded(encoded),
      };
    },
    'studio.decode': ({ latent: given, canvas }) => {
      if (given.kind !== latent.kind) throw new AppError('BAD_REQUEST', 'That is another kind of latent.');
      return { step, picture: canvas ? fakeCanvas(canvas, 1) : decoded(given) };
    },
    'studio.blank': ({ run, layer, code }) => {
      const blank = fakeLatentOf(latent, 1);
      if (blank.kind === 'codes') {
        const { first, stride, cells } = layerAt(layer);
        for (let cell = 0; cell < cells; cell++) blank.indices[first + cell * stride] = code ?? 0;
      } else blank.values.fill(0);
      return { model: model(run), latent: blank, picture: decoded(blank) };
    },
    'studio.interpolate': ({ from, to, frames }) => {
      const [one, other] = [numbersOf(from), numbersOf(to)];
      const shares = Array.from({ length: frames }, (_, frame) => frame / (frames - 1));
      const rows = shares.flatMap((share) =>
        Array.from(one, (value, at) =>
          latent.kind === 'codes' ? (share < 0.5 ? value : other[at]!) : (1 - share) * value + share * other[at]!,
        ),
      );
      return { step, pictures: fakePictures(frames, SIDE, 0.7, 11), latents: latentOf(latent, rows) };
    },
    'studio.vary': ({ latent: given, strength, seed, count }) => {
      const numbers = numbersOf(given);
      const rows = Array.from({ length: count * numbers.length }, (_, at) => {
        const value = numbers[at % numbers.length]!;
        if (latent.kind === 'vector') return value + strength * (noise(at + seed) - 0.5);
        return noise(at + 31 * seed) < strength ? (value + 1) % 8 : value;
      });
      return { step, pictures: fakePictures(count, SIDE, 0.7, seed), latents: latentOf(latent, rows) };
    },
    'studio.animate': ({ frames }) => ({ bytes: new Uint8Array(frames.count) }),
    'studio.palette': ({ layer }) => ({
      step,
      tiles: fakePictures(layerAt(layer).codes, 8, 0.4, 700 + 50 * layer),
      gain: 1,
    }),
    'studio.codebook': ({ layer }) => {
      const { codes, cells } = layerAt(layer);
      const counts = Uint32Array.from({ length: codes }, (_, code) => (code % 9 === 8 ? 0 : 1 + ((code * 37) % 50)));
      const deadCodes = counts.filter((count) => count === 0).length;
      const positions = new Uint32Array(codes * cells);
      return {
        step,
        items: 1000,
        codes,
        counts,
        positions,
        perplexity: codes / 2,
        usage: 1 - deadCodes / codes,
        deadCodes,
        byLikeness: Int32Array.from({ length: codes }, (_, code) => code),
      };
    },
    'studio.code': ({ layer, code }) => ({
      code,
      count: 1,
      patches: fakePictures(1, 12, 0.6, layerAt(layer).level),
      places: [{ index: 0, row: 0, column: 0 }],
      nearest: [],
    }),
    'studio.vectors': () => {
      if (latent.kind !== 'vector') throw new AppError('BAD_REQUEST', 'This model has codes.');
      return fakeStatistics(latent.length, step);
    },
    'studio.fitDensity': ({ components }) => {
      fitted.add(components);
      return {
        step,
        components,
        covariance: 'full',
        items: 1000,
        logLikelihood: -30,
        iterations: 9,
        hasConverged: true,
        reference: { split: 'test', items: 100, logDensity: -31 },
      };
    },
    'studio.draw': ({ from, components, seed, count }) => {
      if (from === 'mixture') fitted.add(components);
      const vectors = Float32Array.from({ length: count * latentSize(latent) }, (_, i) => noise(i + 1000 * seed));
      return { step, vectors, pictures: fakePictures(count, SIDE, 0.6, seed) };
    },
    'studio.density': ({ latent: given, components }) => {
      if (!fitted.has(components) || given.kind !== 'vector') return null;
      const logDensity = -given.values.reduce((sum, value) => sum + value ** 2, 0);
      return { logDensity, share: Math.max(0, 1 + logDensity / 20), reference: 'test' };
    },
    'studio.saveLatent': ({ latent: given, name }) => ({
      fileName: `${name}.npz`,
      bytes: new Uint8Array(given.kind === 'codes' ? given.indices.length : given.values.length),
    }),
  };
}
