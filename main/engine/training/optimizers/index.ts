/**
 * Optimizers: how gradients become updates, with TensorFlow's fused kernels. `optimizer` is the interface of a rule,
 * `adam` (with AdamW) and `sgd` are the rules, `clip` limits gradients before. The numbers that change from step to
 * step are step scalars of the program (`nn/hyper`): computed outside the graph in double precision and fed.
 */
import type { TrainingSpec } from '@shared/specs';
import { type Hyper, hyper, stepScalar } from '../../nn';
import { valueAt } from '@shared/maths';
import type { Program, Variable } from '../../tensorflow/graph';
import type { Tensor } from '../../tensorflow/native/load';
import { adam } from './adam';
import { clipByNorm, globalNorm } from './clip';
import type { RowReplacement, UpdateRule } from './optimizer';
import { sgd } from './sgd';

export { type RowReplacement, decays } from './optimizer';
export { globalNorm } from './clip';

export type Optimizer = ReturnType<typeof createOptimizer>;

/** Adds the optimizer of all trainable variables, and what it remembers of them, to the program. */
export function createOptimizer(
  program: Program,
  training: Pick<TrainingSpec, 'learningRate' | 'optimizer' | 'clipNorm'>,
) {
  const { optimizer: spec, clipNorm } = training;
  const variables: readonly Variable[] = program.trainable;
  const rate: Hyper = stepScalar(program, 'learning-rate', (step, steps) =>
    valueAt(training.learningRate, step, steps),
  );
  const limit = clipNorm === 0 ? undefined : hyper(program, 'clip-norm', clipNorm);
  const rule: UpdateRule = spec.kind === 'sgd' ? sgd(program, spec, rate) : adam(program, spec, rate);

  return {
    /** What the gradients are taken with respect to. */
    variables,
    forget: rule.forget,
    /**
     * Notes one update of every variable that has a gradient; only inside a function of the program.
     * @returns `norm`: the global norm of the gradients before clipping, scalar; absent when clipping is off
     */
    apply(
      gradients: readonly (Tensor | undefined)[],
      replaced: ReadonlyMap<Variable, RowReplacement>,
    ): { norm?: Tensor } {
      const pairs = variables.flatMap((variable, at) => (gradients[at] ? [[variable, gradients[at]] as const] : []));
      const found = pairs.map(([, gradient]) => gradient);
      const norm = limit && globalNorm(found);
      const limited = norm ? clipByNorm(found, norm, limit()) : found;
      pairs.forEach(([variable], at) => {
        const gradient = limited[at];
        if (gradient) rule.update(variable, gradient, replaced.get(variable));
      });
      return norm ? { norm } : {};
    },
  };
}
