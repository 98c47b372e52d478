import { expect } from 'vitest';
import { createProgram, gradients } from '../../main/engine/tensorflow/graph';
import { type Tensor, tf } from '../../main/engine/tensorflow/native/load';

export interface Input {
  shape: number[];
  /** Values are spread over this range; default [-1, 1]. */
  range?: [number, number];
}

/** Fixed, irregular numbers in a range: no ties, nothing symmetric that could hide a mistake. */
export function numbers(count: number, [low, high]: [number, number] = [-1, 1], salt = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => {
    const fraction = ((index + 1) * 0.7548776662466927 + (salt + 1) * 0.5698402909980532) % 1;
    return low + (high - low) * fraction;
  });
}

/**
 * Compares the gradient of Σ w·f(inputs) with central differences for every input value, in a captured function and
 * eagerly. `w` is irregular too, so that errors which cancel in a plain sum are seen.
 */
export function expectGradients(
  inputs: Record<string, Input>,
  f: (inputs: Record<string, Tensor>) => Tensor,
  options: { tolerance?: number; step?: number } = {},
): void {
  const { tolerance = 2e-3, step = 2e-3 } = options;
  const program = createProgram();
  try {
    const names = Object.keys(inputs);
    const variables = names.map((name, index) => {
      const { shape, range } = inputs[name] as Input;
      return program.variable(name, tf.tensor(numbers(tf.util.sizeFromShape(shape), range, index), shape));
    });
    const weighted = () => {
      const y = f(Object.fromEntries(variables.map((variable) => [variable.name, variable.read()])));
      const weights = tf.tensor(numbers(y.size, [0.5, 1.5], 7), y.shape);
      return tf.sum(tf.mul(y, weights));
    };
    program.define('loss', { feeds: {} }, () => ({ loss: weighted() }));
    program.define('gradients', { feeds: {} }, () => {
      const { value, grads } = gradients(() => ({ loss: weighted() }), variables);
      return { loss: value.loss, ...Object.fromEntries(names.map((name, index) => [name, grads[index] as Tensor])) };
    });
    const analytic = program.run('gradients', {});
    const eager = program.runEagerly('gradients', {});
    for (const variable of variables) {
      const start = program.read([variable.name])[variable.name]?.data as Float32Array;
      const numeric = start.map((value, index) => {
        const at = (shifted: number) => {
          const moved = start.slice();
          moved[index] = shifted;
          program.load({ [variable.name]: moved });
          return program.run('loss', {}).loss?.data[0] as number;
        };
        const [above, below] = [Math.fround(value + step), Math.fround(value - step)];
        return (at(above) - at(below)) / (above - below);
      });
      program.load({ [variable.name]: start });
      const scale = Math.max(1, ...numeric.map(Math.abs));
      expectClose(
        analytic[variable.name]?.data as Float32Array,
        numeric,
        tolerance * scale,
        `gradient of ${variable.name}`,
      );
      expectClose(
        eager[variable.name]?.data as Float32Array,
        analytic[variable.name]?.data as Float32Array,
        1e-5 * scale,
        `eager gradient of ${variable.name}`,
      );
    }
  } finally {
    program.dispose();
  }
}

export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  expect(actual.length, what).toBe(expected.length);
  for (let index = 0; index < expected.length; index++) {
    const [a, e] = [actual[index] as number, expected[index] as number];
    if (!(Math.abs(a - e) <= tolerance)) expect.fail(`${what} at ${index}: ${a}, expected ${e} within ${tolerance}`);
  }
}
