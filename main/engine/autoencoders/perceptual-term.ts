import { AppError, asAppError } from '@shared/errors';
import { isZero } from '@shared/maths';
import type { PerceptualSpec } from '@shared/specs';
import { hyper } from '../nn';
import { type Trunk, perceptualDistance, trunkOf } from '../perceptual';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/**
 * (reconstruction, images), both [N, H, W, C] in [−0.5, 0.5] → the weighted mean of their perceptual distances: a scalar by the
 * name of the term, `perceptual` in the features of EfficientNet-Lite0, with the trunk's label after it in another's.
 */
export type PerceptualTerm = (reconstruction: Tensor, images: Tensor) => Readonly<Record<string, Tensor>>;

/**
 * The perceptual term of a loss; undefined for a weight of 0. Call outside of the program's functions.
 * @throws SETUP_FAILED naming the field, where the trunk isn't set up: a model never leaves the term out by itself
 */
export function perceptualTerm(program: Program, spec: PerceptualSpec): PerceptualTerm | undefined {
  if (isZero(spec.weight)) return undefined;
  const trunk = chosenTrunk(program, spec);
  const distance = perceptualDistance(program, { trunk });
  const weight = hyper(program, 'perceptual/weight', spec.weight);
  const name = spec.trunk.kind === 'own' ? `perceptual-${trunk.label}` : terms[spec.trunk.kind];
  return (reconstruction, images) => ({ [name]: ops.mul(ops.mean(distance(reconstruction, images)), weight()) });
}

const terms = { 'efficientnet-lite0': 'perceptual', 'vgg16-hed': 'perceptual-vgg16-hed' } as const;

function chosenTrunk(program: Program, spec: PerceptualSpec): Trunk {
  try {
    return trunkOf(program, spec.trunk);
  } catch (thrown) {
    const { code, message, hint } = asAppError(thrown);
    if (code !== 'SETUP_FAILED') throw thrown;
    const asked = 'To train without the perceptual term, set perceptual.weight to 0.';
    throw new AppError(code, message, `${hint} ${asked}`, { field: 'model.perceptual.weight', cause: thrown });
  }
}
