import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Pixels are kept this far from 0 and 1, where the logit is infinite; DALL-E's. */
const EPSILON = 0.1;

/** Images in [−0.5, 0.5] → (0, 1): x ↦ (1 − 2ε) x + ε of brightness x (Ramesh et al. 2021, appendix A.3: `map_pixels`). */
export function mapPixels(images: Tensor): Tensor {
  return ops.add(ops.mul(ops.add(images, 0.5), 1 - 2 * EPSILON), EPSILON);
}

/** The median of the distribution with location μ as images in [−0.5, 0.5]: σ(μ), mapped back and limited. */
export function unmapPixels(location: Tensor): Tensor {
  const brightness = ops.div(ops.sub(ops.sigmoid(location), EPSILON), 1 - 2 * EPSILON);
  return ops.sub(ops.clip(brightness, 0, 1), 0.5);
}

/**
 * −log of the logit-Laplace density (Ramesh et al. 2021, appendix A.3), nats of each value:
 *
 *   f(x | μ, b) = exp(−|logit x − μ| / b) / (2 b x (1 − x))    x in (0, 1)
 *
 * A density of pixel values that lives in (0, 1), as they do, so that it wastes nothing on values that there aren't.
 * @param mapped x, as `mapPixels` gives it; no gradient passes to it
 * @param location μ, @param logScale ln b, of the same shape
 */
export function logitLaplaceLoss(mapped: Tensor, location: Tensor, logScale: Tensor): Tensor {
  const x = ops.stopGradient(mapped);
  const [logX, logRest] = [ops.log(x), ops.log(ops.sub(1, x))];
  const off = ops.abs(ops.sub(ops.sub(logX, logRest), location));
  const volume = ops.add(ops.add(ops.add(logX, logRest), Math.LN2), logScale);
  return ops.add(volume, ops.mul(off, ops.exp(ops.neg(logScale))));
}
