import { type Tensor, tf } from '../native/load';
import { int32, kernel, requireInt32, requireRank } from './kernel';

/**
 * Stateless draws: values depend on the seed (int32 [2]) and the shape alone, so a repeated step repeats and a resumed
 * run continues. Two draws in one function need two seeds: see `seedOf`. No gradients.
 */

/** Normal, mean 0, standard deviation 1. */
export const normal = (shape: readonly number[], seed: Tensor): Tensor => draw('StatelessRandomNormal', shape, seed);

/** Normal, redrawn beyond two standard deviations. */
export const truncatedNormal = (shape: readonly number[], seed: Tensor): Tensor =>
  draw('StatelessTruncatedNormal', shape, seed);

/** Uniform in [0, 1). */
export const uniform = (shape: readonly number[], seed: Tensor): Tensor => draw('StatelessRandomUniform', shape, seed);

/** Standard Gumbel, −log(−log u): the largest of logits with such noise is a draw from their softmax (Gumbel 1954). */
export function gumbel(shape: readonly number[], seed: Tensor): Tensor {
  // u is at least half the spacing of the draws, and 1 − u at least the spacing: both logarithms are finite.
  const u = tf.maximum(uniform(shape, seed), 2 ** -24);
  return tf.neg(tf.log(tf.neg(tf.log(u))));
}

/** Uniform int32 in [low, high). */
export function uniformInt(shape: readonly number[], seed: Tensor, low: number, high: number): Tensor {
  requireInt32('random.uniformInt', 'seed', seed);
  const bounds = [tf.scalar(low, 'int32'), tf.scalar(high, 'int32')];
  return kernel('StatelessRandomUniformInt', [int32(shape), seed, ...bounds], { dtype: { dtype: 'int32' } });
}

/** Draws one class per row from unnormalised log probabilities [N, K]: int32 [N]. */
export function categorical(logits: Tensor, seed: Tensor): Tensor {
  requireRank('random.categorical', 'logits', logits, 2);
  requireInt32('random.categorical', 'seed', seed);
  const drawn = kernel('StatelessMultinomial', [logits, tf.scalar(1, 'int32'), seed], {
    output_dtype: { dtype: 'int32' },
  });
  return tf.reshape(drawn, [-1]);
}

/**
 * The seed of one draw: [run ⊕ stream, step]. `stream` is a small number that differs between the draws of a step.
 * @param run the run's seed, int32 scalar
 * @param step int32 scalar
 */
export function seedOf(run: Tensor | number, step: Tensor | number, stream: number): Tensor {
  const scalar = (value: Tensor | number) => (typeof value === 'number' ? tf.scalar(value | 0, 'int32') : value);
  const offset = Math.imul(stream + 1, 0x9e3779b9);
  return tf.stack([tf.add(scalar(run), tf.scalar(offset, 'int32')), scalar(step)]);
}

function draw(op: string, shape: readonly number[], seed: Tensor): Tensor {
  requireInt32(op, 'seed', seed);
  return kernel(op, [int32(shape), seed], { dtype: { dtype: 'float32' } });
}
