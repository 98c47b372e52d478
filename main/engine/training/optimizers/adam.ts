import type { OptimizerSpec } from '@shared/specs';
import { type Scheduled, valueAt } from '@shared/maths';
import { type Hyper, hyper, stepScalar } from '../../nn';
import { type Program, type Variable, applyAdam, assign } from '../../tensorflow/graph';
import type { Tensor } from '../../tensorflow/native/load';
import * as ops from '../../tensorflow/ops';
import { type RowReplacement, type UpdateRule, decays, rateOf } from './optimizer';

type AdamSpec = Extract<OptimizerSpec, { kind: 'adam' | 'adamw' }>;

/** The numbers of an update, tensors in a training step. */
type Settings = Record<'learningRate' | 'beta1' | 'beta2' | 'beta1Power' | 'beta2Power' | 'epsilon', Tensor | number>;

/**
 * Adam (Kingma and Ba 2015, algorithm 1), with `adamw` decoupled weight decay (Loshchilov and Hutter 2019, algorithm
 * 2):
 *
 *   m ← β₁m + (1 − β₁)g        v ← β₂v + (1 − β₂)g²        w ← (1 − αλ)w        (kernels only, see `decays`)
 *   w ← w − α · m̂ / (√v̂ + ε)   with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)
 *
 * ε is added to √v̂, after the bias correction: the paper's algorithm and PyTorch's. TensorFlow's kernel adds it to √v,
 * as the end of the paper's section 2 has it; it is fed ε · √(1 − β₂ᵗ), which makes the two one. A β that changes
 * corrects with its present value, βᵗ, as PyTorch does. The moments are the variables `adam/m/…` and `adam/v/…`.
 */
export function adam(program: Program, spec: AdamSpec, rate: Hyper): UpdateRule {
  const power = (beta: Scheduled) => (step: number, steps: number) => valueAt(beta, step, steps) ** step;
  const beta1 = hyper(program, 'adam/beta1', spec.beta1);
  const beta2 = hyper(program, 'adam/beta2', spec.beta2);
  const beta1Power = stepScalar(program, 'adam/beta1-power', power(spec.beta1));
  const beta2Power = stepScalar(program, 'adam/beta2-power', power(spec.beta2));
  const epsilon = stepScalar(
    program,
    'adam/epsilon',
    (step, steps) => spec.epsilon * Math.sqrt(1 - power(spec.beta2)(step, steps)),
  );
  const decay = spec.kind === 'adamw' ? weightDecay(program, spec.weightDecay, rate) : undefined;
  const moment = (name: string, { shape }: Variable) =>
    program.variable(`adam/${name}`, { shape }, { trainable: false });
  const slots = new Map(
    program.trainable.map((one) => [one, { m: moment(`m/${one.name}`, one), v: moment(`v/${one.name}`, one) }]),
  );
  const settings = (variable: Variable): Settings => ({
    learningRate: rateOf(variable, rate),
    beta1: beta1(),
    beta2: beta2(),
    beta1Power: beta1Power(),
    beta2Power: beta2Power(),
    epsilon: epsilon(),
  });

  return {
    update(variable, gradient, replaced) {
      const slot = slots.get(variable);
      if (!slot) return;
      if (replaced) updateWithReplacement(variable, slot, gradient, settings(variable), replaced);
      else applyAdam(variable, slot, gradient, settings(variable), decays(variable) ? decay?.(variable) : undefined);
    },
    forget(variable, rows) {
      for (const slot of Object.values(slots.get(variable) ?? {})) assign(slot, withoutRows(slot.read(), rows));
    },
  };
}

/** What a step takes from a variable besides its update: αλw. */
function weightDecay(program: Program, value: Scheduled, rate: Hyper): (variable: Variable) => Tensor {
  const share = hyper(program, 'weight-decay', value);
  return (variable) => ops.mul(variable.read(), ops.mul(rateOf(variable, rate), share()));
}

/**
 * The same update out of single ops, for the one variable whose rows may be replaced: a variable changes once a step.
 */
function updateWithReplacement(
  variable: Variable,
  slots: { m: Variable; v: Variable },
  gradient: Tensor,
  { learningRate, beta1, beta2, beta1Power, beta2Power, epsilon }: Settings,
  { rows, values }: RowReplacement,
): void {
  const m = toward(slots.m.read(), gradient, ops.sub(1, beta1));
  const v = toward(slots.v.read(), ops.square(gradient), ops.sub(1, beta2));
  const rate = ops.div(ops.mul(learningRate, ops.sqrt(ops.sub(1, beta2Power))), ops.sub(1, beta1Power));
  const moved = ops.sub(variable.read(), ops.div(ops.mul(rate, m), ops.add(ops.sqrt(v), epsilon)));
  assign(variable, ops.where(ops.expandDims(rows, 1), values, moved));
  assign(slots.m, withoutRows(m, rows));
  assign(slots.v, withoutRows(v, rows));
}

function withoutRows(x: Tensor, rows: Tensor): Tensor {
  return ops.where(ops.expandDims(rows, 1), ops.zeros(x.shape), x);
}

function toward(average: Tensor, value: Tensor, share: Tensor): Tensor {
  return ops.add(average, ops.mul(ops.sub(value, average), share));
}
