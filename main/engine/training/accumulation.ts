import { type Program, type Variable, assign, assignAdd } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { RowReplacement } from './optimizers';

export type Accumulation = ReturnType<typeof createAccumulation>;

/**
 * Gradients summed over the batches of one step, in variables `accumulated/…`: what one large batch would give, in the
 * memory of a small one. They are zero between steps. State that a loss changes itself (a codebook of moving averages,
 * idle codes) changes with every batch.
 */
export function createAccumulation(program: Program, variables: readonly Variable[]) {
  const sums = new Map(
    variables.map((one) => [
      one,
      program.variable(`accumulated/${one.name}`, { shape: one.shape }, { trainable: false }),
    ]),
  );
  const sumOf = (index: number): Variable | undefined => {
    const variable = variables[index];
    return variable && sums.get(variable);
  };

  return {
    names: new Set([...sums.values()].map(({ name }) => name)),
    /**
     * Adds a batch's gradients (undefined: none, in every batch of the step); rows that are replaced take their values
     * at once and lose what they had gathered.
     */
    add(gradients: readonly (Tensor | undefined)[], replaced: ReadonlyMap<Variable, RowReplacement>): void {
      gradients.forEach((gradient, index) => {
        const [variable, sum] = [variables[index], sumOf(index)];
        if (!variable || !sum || !gradient) return;
        const replacement = replaced.get(variable);
        if (!replacement) return assignAdd(sum, gradient);
        const rows = ops.expandDims(replacement.rows, 1);
        assign(variable, ops.where(rows, replacement.values, variable.read()));
        assign(sum, ops.where(rows, ops.zeros(sum.shape), ops.add(sum.read(), gradient)));
      });
    },
    /** The mean over `count` batches, of which these gradients are the last; the sums become zero again. */
    finish(gradients: readonly (Tensor | undefined)[], count: number): (Tensor | undefined)[] {
      return gradients.map((gradient, index) => {
        const sum = sumOf(index);
        if (!sum || !gradient) return gradient;
        const whole = ops.mul(ops.add(sum.read(), gradient), 1 / count);
        assign(sum, ops.zeros(sum.shape));
        return whole;
      });
    },
  };
}
