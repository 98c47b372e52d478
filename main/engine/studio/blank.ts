import { AppError } from '@shared/errors';
import type { Items } from '@shared/contract';
import type { CodeLayer } from '@shared/specs';
import type { LoadedCodeRun } from '../training';
import { GREY, greyCodes } from './grey';
import { paletteOf } from './palette';

/**
 * The codes of a picture to paint on: one code everywhere in a layer, a grey picture's codes in the other layers.
 * @param code null: the one whose tile in the palette is nearest to plain grey
 * @throws BAD_REQUEST for a code that isn't one; CANCELLED
 */
export async function blankCodes(
  run: LoadedCodeRun,
  layer: CodeLayer,
  code: number | null,
  signal: AbortSignal,
): Promise<Int32Array> {
  if (code !== null && code >= layer.codes) {
    const message = `There is no code ${code}: the codebook has codes 0 to ${layer.codes - 1}.`;
    throw new AppError('BAD_REQUEST', message, '', { field: 'code' });
  }
  const chosen = code ?? plainest((await paletteOf(run, layer, signal)).tiles);
  const codes = Int32Array.from(greyCodes(run));
  for (let cell = 0; cell < layer.cells; cell++) codes[layer.first + cell * layer.stride] = chosen;
  return codes;
}

/** The number of the picture that differs least from plain grey, by squared error; of equal ones the first. */
export function plainest({ count, data }: Pick<Items, 'count' | 'data'>): number {
  const size = data.length / count;
  let [found, least] = [0, Infinity];
  for (let picture = 0; picture < count; picture++) {
    let sum = 0;
    for (let at = picture * size; at < (picture + 1) * size; at++) sum += (data[at]! - GREY) ** 2;
    if (sum < least) [found, least] = [picture, sum];
  }
  return found;
}
