import type { OptimizerSpec } from '@shared/specs';
import { type Hyper, hyper } from '../../nn';
import { type Program, type Variable, applyMomentum, applySgd, assign } from '../../tensorflow/graph';
import type { Tensor } from '../../tensorflow/native/load';
import * as ops from '../../tensorflow/ops';
import { type RowReplacement, type UpdateRule, rateOf } from './optimizer';

type SgdSpec = Extract<OptimizerSpec, { kind: 'sgd' }>;

/**
 * Gradient descent with momentum μ in PyTorch's form, where the velocity doesn't hold the learning rate α:
 *
 *   a ← μa + g        w ← w − αa        Nesterov: w ← w − α(g + μa)
 *
 * Sutskever et al. (2013) and Keras have α inside a; the two differ where α changes. The velocity is the variable
 * `momentum/…`; without momentum there is none.
 */
export function sgd(program: Program, { momentum: share, nesterov }: SgdSpec, rate: Hyper): UpdateRule {
  const momentum = hyper(program, 'momentum', share);
  const velocity = ({ name, shape }: Variable) => program.variable(`momentum/${name}`, { shape }, { trainable: false });
  const velocities = new Map(share !== 0 ? program.trainable.map((one) => [one, velocity(one)]) : []);

  return {
    update(variable, gradient, replaced) {
      const accumulator = velocities.get(variable);
      if (replaced) updateWithReplacement(variable, accumulator, gradient, replaced);
      else if (accumulator)
        applyMomentum(variable, accumulator, gradient, {
          learningRate: rateOf(variable, rate),
          momentum: momentum(),
          nesterov,
        });
      else applySgd(variable, gradient, { learningRate: rateOf(variable, rate) });
    },
    forget(variable, rows) {
      const accumulator = velocities.get(variable);
      if (accumulator) assign(accumulator, withoutRows(accumulator.read(), rows));
    },
  };

  /** The same update out of single ops, for the one variable whose rows may be replaced. */
  function updateWithReplacement(
    variable: Variable,
    accumulator: Variable | undefined,
    gradient: Tensor,
    { rows, values }: RowReplacement,
  ): void {
    const moving = accumulator ? ops.add(ops.mul(accumulator.read(), momentum()), gradient) : gradient;
    const direction = accumulator && nesterov ? ops.add(gradient, ops.mul(moving, momentum())) : moving;
    const moved = ops.sub(variable.read(), ops.mul(direction, rateOf(variable, rate)));
    assign(variable, ops.where(ops.expandDims(rows, 1), values, moved));
    if (accumulator) assign(accumulator, withoutRows(moving, rows));
  }
}

function withoutRows(x: Tensor, rows: Tensor): Tensor {
  return ops.where(ops.expandDims(rows, 1), ops.zeros(x.shape), x);
}
