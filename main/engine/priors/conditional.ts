import { denseLayer, gptInit } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { Condition } from './condition';

/**
 * What a block adds to its features for what it is conditioned on (van den Oord et al. 2016b, section 2.3): a bias for the class, a row of
 * the variable `name/classes` [1 + classes, channels] whose first is that of no class, and a 1 × 1 convolution `name/above/kernel`
 * of the features of the levels above.
 * @returns features of grids [N, H, W, channels], or of some of their cells [n, N, channels] with `above` [n, N, A] → the same shape
 */
export function conditional(
  program: Program,
  name: string,
  { channels, classes = 0, above = 0 }: { channels: number; classes?: number | undefined; above?: number | undefined },
): (x: Tensor, condition: Condition) => Tensor {
  const table =
    classes > 0
      ? program.variable(`${name}/classes`, { shape: [1 + classes, channels], initialiser: gptInit() })
      : undefined;
  const project =
    above > 0 ? denseLayer(program, `${name}/above`, { inputs: above, units: channels, bias: false }) : undefined;

  return (x, condition) => {
    const placed = project && condition.above ? ops.add(x, project(condition.above)) : x;
    if (!table) return placed;
    const shift = ops.gather(table.read(), condition.given);
    return ops.add(placed, x.rank === 4 ? ops.reshape(shift, [-1, 1, 1, channels]) : shift);
  };
}
