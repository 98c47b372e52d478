import { denseLayer, glorotUniform } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { VectorEncoder } from './vector-network';

/** q(z|x), or any normal distribution with independent components: mean and log σ, [N, length]. */
export interface Posterior {
  mean: Tensor;
  logDeviation: Tensor;
}

const LOG_2_PI = Math.log(2 * Math.PI);

/** Two linear layers upon the encoder: images → q(z|x). */
export function posteriorOf(program: Program, { size, apply }: VectorEncoder, length: number) {
  const head = (name: string) =>
    denseLayer(program, `posterior/${name}`, { inputs: size, units: length, initialiser: glorotUniform() });
  const [mean, logDeviation] = [head('mean'), head('log-deviation')];
  return (images: Tensor): Posterior => {
    const features = apply(images);
    return { mean: mean(features), logDeviation: logDeviation(features) };
  };
}

/** z = μ + σ ε (Kingma and Welling 2014, section 2.4) for noise ε of any shape that ends in [N, length]. */
export function sample({ mean, logDeviation }: Posterior, noise: Tensor): Tensor {
  return ops.add(mean, ops.mul(ops.exp(logDeviation), noise));
}

/** KL(q ‖ N(0, I)) of each component, ½(μ² + σ² − 1) − log σ: [N, length], nats. */
export function divergences({ mean, logDeviation }: Posterior): Tensor {
  const variance = ops.exp(ops.mul(logDeviation, 2));
  const half = ops.mul(ops.sub(ops.add(ops.square(mean), variance), 1), 0.5);
  return ops.sub(half, logDeviation);
}

/** log q(z) of vectors [..., N, length]: [..., N], nats. */
export function logDensity({ mean, logDeviation }: Posterior, z: Tensor): Tensor {
  const off = ops.div(ops.sub(z, mean), ops.exp(logDeviation));
  const terms = ops.add(ops.add(ops.mul(ops.square(off), 0.5), logDeviation), LOG_2_PI / 2);
  return ops.neg(ops.sum(terms, -1));
}

/** log N(z; 0, I) of vectors [..., length]: [...], nats. */
export function logPrior(z: Tensor): Tensor {
  return ops.neg(ops.sum(ops.add(ops.mul(ops.square(z), 0.5), LOG_2_PI / 2), -1));
}
