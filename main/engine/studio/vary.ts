import type { Variation } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type Canvas, type CodeLayer, latentOn, latentSize, layersOf, ownCanvas, placesOf } from '@shared/specs';
import { generator, normal } from '../numerics/random';
import type { LoadedCodeRun, LoadedVectorRun } from '../training';
import type { PicturesWithLatents } from './between';
import { decodeOn } from './canvas';
import { cellsInOrder } from './cell-orders';
import { requireVector } from './latents';
import { neighbourDraws } from './neighbours';
import { itemsOf } from './items';
import { requireGiven } from './samples';

type Strength = Pick<Variation, 'strength' | 'seed' | 'count'>;

/**
 * Pictures like one of codes: of `strength` of the cells, others in each, all codes become others near them in their
 * codebook.
 * @throws BAD_REQUEST for codes that aren't the model's
 */
export function varyCodes(
  run: LoadedCodeRun,
  { latent: given, canvas, strength, temperature, seed, count }: Variation,
): PicturesWithLatents {
  if (given.kind !== 'codes') throw wrongKind('The model’s latent is codes, not a vector.');
  if (strength > 1) throw new AppError('BAD_REQUEST', 'A share of cells is at most 1.', '', { field: 'strength' });
  const { latent } = run;
  const whole: Canvas = canvas ?? ownCanvas(latent);
  const shape = latentOn(latent, whole);
  requireGiven(given.indices, shape, 'latent');
  const size = latentSize(shape);
  const layerAt = layerOfEach(layersOf(shape), size);
  const draws = run.layers.map((layer) => {
    const values = run.codebook(layer);
    return neighbourDraws({ values, dimension: values.length / layer.codes }, temperature);
  });
  const rows = new Int32Array(count * size);
  for (let picture = 0; picture < count; picture++) {
    const own = seedOf(seed, picture);
    const random = generator(own ^ CODES);
    const row = rows.subarray(picture * size, (picture + 1) * size);
    row.set(given.indices);
    const cells = cellsInOrder('random', whole, own);
    for (const cell of cells.slice(0, Math.round(strength * cells.length))) {
      const corner = { top: Math.floor(cell / whole.width), left: cell % whole.width };
      for (const place of placesOf(latent, { height: 1, width: 1 }, whole, corner))
        row[place] = draws[layerAt[place]!]!(row[place]!, random);
    }
  }
  return { pictures: decodeOn(run, whole, rows), latents: { kind: 'codes', indices: rows } };
}

/**
 * Pictures like one of a vector: each component z becomes z + strength · σ · ε, σ its deviation over the pictures, ε ~
 * N(0, 1).
 * @throws BAD_REQUEST for a vector that isn't the model's
 */
export function varyVector(
  run: LoadedVectorRun,
  latent: Variation['latent'],
  deviation: Float32Array,
  { strength, seed, count }: Strength,
): PicturesWithLatents {
  const vector = requireVector(latent, run.info);
  const values = new Float32Array(count * vector.length);
  for (let picture = 0; picture < count; picture++) {
    const random = generator(seedOf(seed, picture));
    vector.forEach((value, at) => {
      values[picture * vector.length + at] = value + strength * deviation[at]! * normal(random);
    });
  }
  return { pictures: itemsOf(run.info.signal, run.decode(values, count)), latents: { kind: 'vector', values } };
}

/** Separates the random draws of codes from the draws of cells. */
const CODES = 0x2545f491;

/** Picture n of a seed is the same however many are asked for. */
const seedOf = (seed: number, picture: number): number => (seed ^ Math.imul(picture + 1, 0x9e3779b9)) | 0;

/** The layer number of each code of a latent. */
function layerOfEach(layers: readonly CodeLayer[], size: number): Int32Array {
  const layerAt = new Int32Array(size);
  layers.forEach(({ first, stride, cells }, number) => {
    for (let cell = 0; cell < cells; cell++) layerAt[first + cell * stride] = number;
  });
  return layerAt;
}

function wrongKind(message: string): AppError {
  return new AppError('BAD_REQUEST', message, '', { field: 'latent' });
}
