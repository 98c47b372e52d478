import type { VariableUpdate } from '../tensorflow/graph';
import type { Initialiser, Program, Variable } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { add, batchNorm, mul, rsqrt, sub } from '../tensorflow/ops';
import { onesInit, zerosInit } from './initialisers';
import type { Layer } from './layers';

export interface BatchNormLayer {
  /** In evaluation: with the running mean and variance. */
  evaluate: Layer;
  /**
   * In training, at least 2 values a channel: with those of the batch, toward which the updates move the running ones. Where
   * a step sees several batches, `before` are the updates of the one before, which this one's continue and replace.
   */
  train(x: Tensor, before?: readonly VariableUpdate[]): { y: Tensor; updates: readonly VariableUpdate[] };
}

export interface BatchNormLayerOptions {
  channels: number;
  momentum?: number;
  epsilon?: number;
  /** Initialiser of the scale; 1 if left out. */
  initialiser?: Initialiser;
}

/**
 * Batch normalisation (Ioffe and Szegedy 2015) of each channel over all other axes: [..., channels] → the same, with variables
 * `name/scale` (at first 1) and `name/offset` (0), and, not trained, `name/mean` and `name/variance`:
 *
 *   running ← (1 − momentum) · running + momentum · batch
 *
 * The batch is divided by its biased variance; the running variance is of the unbiased one, as in PyTorch.
 */
export function batchNormLayer(
  program: Program,
  name: string,
  { channels, momentum = 0.1, epsilon = 1e-5, initialiser = onesInit() }: BatchNormLayerOptions,
): BatchNormLayer {
  const shape = [channels];
  const fixed = { trainable: false };
  const scale = program.variable(`${name}/scale`, { shape, initialiser });
  const offset = program.variable(`${name}/offset`, { shape, initialiser: zerosInit() });
  const runningMean = program.variable(`${name}/mean`, { shape, initialiser: zerosInit() }, fixed);
  const runningVariance = program.variable(`${name}/variance`, { shape, initialiser: onesInit() }, fixed);

  const toward = (old: Tensor, value: Tensor) => add(old, mul(sub(value, old), momentum));

  return {
    evaluate(x) {
      const slope = mul(rsqrt(add(runningVariance.read(), epsilon)), scale.read());
      return add(mul(sub(x, runningMean.read()), slope), offset.read());
    },
    train(x, before = []) {
      const { y, mean, variance } = batchNorm(x, scale.read(), offset.read(), epsilon);
      const count = x.size / channels;
      const unbiased = mul(variance, count / (count - 1));
      return {
        y,
        updates: [
          { kind: 'assign', variable: runningMean, value: toward(current(runningMean, before), mean) },
          { kind: 'assign', variable: runningVariance, value: toward(current(runningVariance, before), unbiased) },
        ],
      };
    },
  };
}

/** What a variable will be after updates: its value where none is its. */
function current(variable: Variable, updates: readonly VariableUpdate[]): Tensor {
  const update = updates.find((one) => one.kind === 'assign' && one.variable === variable);
  return update?.kind === 'assign' ? update.value : variable.read();
}
