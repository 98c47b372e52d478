import type { LatentShape } from '@shared/specs';
import { levelShape } from '../autoencoders';

/** What an export's signatures call a latent's tensors: type and sides of an item. */
export interface LatentArgument {
  name: string;
  type: 'int32' | 'float32';
  /** [h, w]; [h, w, depth] of several codes per place; [length] of a vector. */
  sides: number[];
}

/** `indices` of one level, `indices_1` … of several (the coarsest first), `vectors` of a vector. */
export function latentArguments(latent: LatentShape): LatentArgument[] {
  if (latent.kind === 'vector') return [{ name: 'vectors', type: 'float32', sides: [latent.length] }];
  return latent.levels.map((level, index) => ({
    name: latent.levels.length === 1 ? 'indices' : `indices_${index + 1}`,
    type: 'int32',
    sides: levelShape(level),
  }));
}
