import { type Tensor, tf } from '../native/load';
import { sum, reshape } from './broadcast';
import { mul, sub } from './arithmetic';
import { float, isTaping, kernels, tapedParts } from './kernel';
import { mean } from './reductions';
import { standardized } from './standardize';
import { stopGradient } from './stop-gradient';

/**
 * Batch normalisation in training (Ioffe and Szegedy 2015): each channel over all other axes, by one kernel. Any order
 * of gradient.
 * @param x [..., C], at least 2 values per channel
 * @param scale [C]
 * @param offset [C]
 * @returns y, and the mean and biased variance [C] that x was normalised with, for running averages (constants to a
 *   gradient)
 */
export function batchNorm(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  epsilon = 1e-5,
): { y: Tensor; mean: Tensor; variance: Tensor } {
  const channels = x.shape[x.rank - 1] ?? 0;
  const count = x.size / channels;
  const images = x.rank === 4 ? x : reshape(x, [count, 1, 1, channels]);
  const attributes = { epsilon: float(epsilon), is_training: true };
  const outputs = tapedParts(
    'batchNorm',
    [images, scale, offset],
    () => {
      const unused = tf.tensor1d([], 'float32');
      return kernels('FusedBatchNormV3', [images, scale, offset, unused, unused], 6, attributes);
    },
    ([0, 1, 2] as const).map((place) => ([dy], ys) => {
      if (isTaping()) return gradientInOps(images, scale, dy as Tensor, epsilon)[place]();
      const saved = ys.slice(3) as Tensor[];
      const inputs = [dy as Tensor, images, scale, ...saved];
      return kernels('FusedBatchNormGradV3', inputs, 5, attributes)[place] as Tensor;
    }),
  );
  const [y, batchMean, unbiased] = outputs as [Tensor, Tensor, Tensor];
  return {
    y: x.rank === 4 ? y : reshape(y, x.shape),
    mean: stopGradient(batchMean),
    variance: stopGradient(mul(unbiased, (count - 1) / count)),
  };
}

/**
 * The gradients with respect to x, scale and offset, in a form that can be differentiated again, unlike the kernel's.
 */
function gradientInOps(x: Tensor, scale: Tensor, dy: Tensor, epsilon: number) {
  const over = [0, 1, 2];
  const [z, r] = standardized(x, over, epsilon);
  const dz = mul(dy, scale);
  return [
    () => mul(sub(sub(dz, mean(dz, over, true)), mul(z, mean(mul(dz, z), over, true))), r),
    () => sum(mul(dy, z), over),
    () => sum(dy, over),
  ] as const;
}
