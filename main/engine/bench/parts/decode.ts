import { defineInference } from '../../training/inference';
import { madeUpPixels, timed, type Part } from './part';
import { referenceModel } from './reference-model';

const EDITS = 100;

/** Changes one code of a grid and decodes the grid, as the engine does for a stroke of the brush. Milliseconds. */
export function openDecode({ side = 32 }: Readonly<Record<string, number>>): Part {
  const { program, model } = referenceModel(side);
  const { encode, decode } = defineInference(program, model);
  const indices = encode(madeUpPixels(side * side * 3), 1);
  const [level] = model.latent.levels;
  let edits = 0;
  const edit = (): void => {
    edits += 1;
    indices[edits % indices.length] = (edits * 31) % (level?.codes ?? 1);
    decode(indices, 1);
  };
  return { round: () => Array.from({ length: EDITS }, () => timed(edit)), close: () => program.dispose() };
}
