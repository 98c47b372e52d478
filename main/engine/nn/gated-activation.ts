import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { add, expandDims, gather, mul, sigmoid, split, tanh } from '../tensorflow/ops';
import { gptInit } from './initialisers';

/** tanh of the first half of the channels times the logistic function of the second: [..., 2 · C] → [..., C]. */
export function gatedActivation(x: Tensor): Tensor {
  const [features, gate] = split(x, 2, x.rank - 1) as [Tensor, Tensor];
  return mul(tanh(features), sigmoid(gate));
}

/** The first half of the channels times the logistic function of the second (Dauphin et al. 2017): [..., 2 · C] → [..., C]. */
export function gatedLinear(x: Tensor): Tensor {
  const [features, gate] = split(x, 2, x.rank - 1) as [Tensor, Tensor];
  return mul(features, sigmoid(gate));
}

/**
 * The gate of Gated PixelCNN (van den Oord et al. 2016, equation 4), given a class:
 *
 *   y = tanh(x_f + V_f h) ⊙ σ(x_g + V_g h)
 *
 * with h one-hot, so that V h is a row of the variable `name/classes` [classes, 2 · channels].
 * @returns (x [N, ..., 2 · channels], labels int32 [N] in [0, classes)) → [N, ..., channels]
 */
export function classGatedActivation(
  program: Program,
  name: string,
  { channels, classes }: { channels: number; classes: number },
): (x: Tensor, labels: Tensor) => Tensor {
  const table = program.variable(`${name}/classes`, { shape: [classes, 2 * channels], initialiser: gptInit() });
  return (x, labels) => {
    let shift = gather(table.read(), labels);
    while (shift.rank < x.rank) shift = expandDims(shift, 1);
    return gatedActivation(add(x, shift));
  };
}
