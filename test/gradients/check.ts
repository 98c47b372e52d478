import { expect } from 'vitest';
import { type Program, createProgram, gradients } from '../../main/engine/tensorflow/graph';
import { type Tensor, tf } from '../../main/engine/tensorflow/native/load';
import { concat, mul, reshape, square, sum } from '../../main/engine/tensorflow/ops';

export interface Input {
  shape: number[];
  /** Values are spread over this range; default [-1, 1]. */
  range?: [number, number];
}

/** Fixed, irregular numbers in a range: without ties or symmetry that could hide a mistake. */
export function numbers(count: number, [low, high]: [number, number] = [-1, 1], salt = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => {
    const fraction = ((index + 1) * 0.7548776662466927 + (salt + 1) * 0.5698402909980532) % 1;
    return low + (high - low) * fraction;
  });
}

interface CheckOptions {
  tolerance?: number;
  step?: number;
}

/**
 * Compares the gradient of Σ w·f(inputs) with central differences for every input value, in a captured function and
 * eagerly. `w` is irregular, too, so that errors that cancel in a plain sum show.
 */
export function expectGradients(
  inputs: Record<string, Input>,
  f: (inputs: Record<string, Tensor>) => Tensor,
  options: CheckOptions = {},
): void {
  expectLayerGradients(inputs, () => f, options);
}

/**
 * Checks second-order gradients: compares the gradients of the gradients of Σ w·f(inputs)² with central differences.
 * The square makes first gradients depend on the inputs where f is linear.
 */
export function expectSecondGradients(
  inputs: Record<string, Input>,
  f: (inputs: Record<string, Tensor>) => Tensor,
  options: CheckOptions = {},
): void {
  const firstGradients = (given: Record<string, Tensor>): Tensor => {
    const { grads } = gradients(() => ({ loss: weighted(square(f(given))) }), Object.values(given));
    return concat(
      grads.map((gradient) => reshape(gradient, [-1])),
      0,
    );
  };
  expectGradients(inputs, firstGradients, { tolerance: 5e-3, step: 4e-3, ...options });
}

/** Σ w·y with irregular w. */
function weighted(y: Tensor): Tensor {
  return sum(mul(y, tf.tensor(numbers(y.size, [0.5, 1.5], 7), y.shape)));
}

/**
 * Checks a function with its own variables, which `build` makes in the given program; the gradients of all trainable
 * variables are compared as well. Variables drawn as 0 (biases, offsets) are given other values first.
 */
export function expectLayerGradients(
  inputs: Record<string, Input>,
  build: (program: Program) => (inputs: Record<string, Tensor>) => Tensor,
  options: CheckOptions = {},
): void {
  const { tolerance = 2e-3, step = 2e-3 } = options;
  const program = createProgram({ seed: 3 });
  try {
    const names = Object.keys(inputs);
    const made = names.map((name, index) => {
      const { shape, range } = inputs[name] as Input;
      return program.variable(name, tf.tensor(numbers(tf.util.sizeFromShape(shape), range, index), shape));
    });
    const f = build(program);
    const variables = program.trainable;
    program.load(
      Object.fromEntries(
        variables
          .filter((variable) => !made.includes(variable))
          .map(({ name, shape }, index) => [name, numbers(tf.util.sizeFromShape([...shape]), [-0.9, 1], index + 20)]),
      ),
    );
    const loss = () => weighted(f(Object.fromEntries(made.map((variable) => [variable.name, variable.read()]))));
    program.define('loss', { feeds: {} }, () => ({ loss: loss() }));
    program.define('gradients', { feeds: {} }, () => {
      const { value, grads } = gradients(() => ({ loss: loss() }), variables);
      return { loss: value.loss, ...Object.fromEntries(grads.map((gradient, index) => [`d${index}`, gradient])) };
    });
    const analytic = program.run('gradients', {});
    const eager = program.runEagerly('gradients', {});
    for (const [index, { name }] of variables.entries()) {
      const found = analytic[`d${index}`]?.data as Float32Array;
      const start = program.read([name])[name]?.data as Float32Array;
      const numeric = start.map((value, at) => {
        const lossAt = (shifted: number) => {
          const moved = start.slice();
          moved[at] = shifted;
          program.load({ [name]: moved });
          return program.run('loss', {}).loss?.data[0] as number;
        };
        const [above, below] = [Math.fround(value + step), Math.fround(value - step)];
        return (lossAt(above) - lossAt(below)) / (above - below);
      });
      program.load({ [name]: start });
      const scale = Math.max(1, ...numeric.map(Math.abs));
      expectClose(found, numeric, tolerance * scale, `gradient of ${name}`);
      expectClose(eager[`d${index}`]?.data as Float32Array, found, 1e-5 * scale, `eager gradient of ${name}`);
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
