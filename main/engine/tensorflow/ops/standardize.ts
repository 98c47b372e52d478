import { type Tensor, tf } from '../native/load';
import { type Axes } from './broadcast';
import { add, mul, square, sub } from './arithmetic';
import { tapedParts } from './kernel';
import { mean } from './reductions';

/**
 * (x − mean) / √(variance + ε) over some axes, with the biased variance: what layer, group, instance and batch
 * normalisation share. Any order of gradient.
 */
export function standardize(x: Tensor, axes: Axes, epsilon: number): Tensor {
  return standardized(x, axes, epsilon)[0];
}

/** The standardised values z, and r = 1 / √(variance + ε) with the axes kept. */
export function standardized(x: Tensor, axes: Axes, epsilon: number): [z: Tensor, r: Tensor] {
  const over = typeof axes === 'number' ? axes : [...axes];
  return tapedParts(
    'standardize',
    [x],
    () => {
      const centred = tf.sub(x, tf.mean(x, over, true));
      const r = tf.rsqrt(tf.add(tf.mean(tf.square(centred), over, true), epsilon));
      return [tf.mul(centred, r), r];
    },
    [
      ([dz, dr], parts) => {
        const [z, r] = parts as [Tensor, Tensor];
        const throughZ = dz && mul(sub(sub(dz, mean(dz, axes, true)), mul(z, mean(mul(dz, z), axes, true))), r);
        const throughR = dr && mul(mul(mul(dr, square(r)), -r.size / z.size), z);
        return (throughZ && throughR ? add(throughZ, throughR) : (throughZ ?? throughR)) as Tensor;
      },
    ],
  ) as [Tensor, Tensor];
}
