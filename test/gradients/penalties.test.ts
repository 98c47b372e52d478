import { describe, expect, it } from 'vitest';
import { createProgram, gradients, gradientsOf } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { differentiable, kernel } from '../../main/engine/tensorflow/ops/kernel';
import { type Tensor, tf } from '../../main/engine/tensorflow/native/load';
import { type Input, expectGradients, numbers } from './check';

describe('the R1 penalty of a discriminator', () => {
  it('has the right gradients through strided convolution, normalisation, leaky ReLU, dense layer and softplus', () => {
    const inputs: Record<string, Input> = {
      images: { shape: [2, 6, 6, 1] },
      first: { shape: [4, 4, 1, 3] },
      bias: { shape: [3] },
      second: { shape: [4, 4, 3, 3] },
      scale: { shape: [3], range: [0.5, 1.5] },
      offset: { shape: [3] },
      dense: { shape: [12, 1] },
      last: { shape: [1] },
    };
    expectGradients(
      inputs,
      ({ images: x, first, bias, second, scale, offset, dense, last }) => {
        const { grads } = gradients(() => {
          const low = ops.leakyRelu(ops.biasAdd(ops.conv2d(x!, first!, { stride: 2 }), bias!));
          const normal = ops.batchNorm(ops.conv2d(low, second!, { stride: 2 }), scale!, offset!, 1e-2).y;
          const flat = ops.reshape(ops.leakyRelu(normal), [2, 12]);
          return { loss: ops.sum(ops.softplus(ops.biasAdd(ops.matMul(flat, dense!), last!))) };
        }, [x!]);
        return ops.mul(ops.sum(ops.square(grads[0]!), [1, 2, 3]), 5);
      },
      { tolerance: 8e-3, step: 3e-3 },
    );
  });
});

describe('several gradients of one forward pass', () => {
  it('equal those of separate passes, and their ratio weighs a loss (VQGAN’s adaptive weight)', () => {
    const program = createProgram();
    const x = program.variable('x', tf.tensor2d(numbers(6), [2, 3]), { trainable: false });
    const hidden = program.variable('hidden', tf.tensor2d(numbers(12, [-1, 1], 1), [3, 4]));
    const last = program.variable('last', tf.tensor2d(numbers(8, [-1, 1], 2), [4, 2]));
    const forward = () => ops.matMul(ops.tanh(ops.matMul(x.read(), hidden.read())), last.read());
    const likeness = (y: Tensor) => ops.mean(ops.square(y));
    const adversary = (y: Tensor) => ops.mean(ops.softplus(y));
    const norm = (t: Tensor) => ops.sqrt(ops.sum(ops.square(t)));
    program.define('together', { feeds: {} }, () => {
      const { value, grads } = gradients(() => {
        const y = forward();
        const [a, b] = [likeness(y), adversary(y)];
        const [toA, toB] = [gradientsOf(a, [last])[0]!, gradientsOf(b, [last])[0]!];
        const weight = ops.stopGradient(ops.div(norm(toA), norm(toB)));
        return { loss: ops.add(a, ops.mul(weight, b)), weight, toA, toB };
      }, [hidden]);
      return { ...value, hidden: grads[0]! };
    });
    program.define('apart', { feeds: { weight: { shape: [], dtype: 'float32' } } }, ({ weight }) => ({
      toA: gradients(() => ({ loss: likeness(forward()) }), [last]).grads[0]!,
      toB: gradients(() => ({ loss: adversary(forward()) }), [last]).grads[0]!,
      hidden: gradients(() => {
        const y = forward();
        return { loss: ops.add(likeness(y), ops.mul(weight, adversary(y))) };
      }, [hidden]).grads[0]!,
    }));
    const together = program.run('together', {});
    const weight = together.weight?.data[0] as number;
    const apart = program.run('apart', { weight });
    for (const name of ['toA', 'toB', 'hidden']) expect(together[name]?.data).toEqual(apart[name]?.data);
    const length = (name: string) => Math.hypot(...(apart[name]?.data as Float32Array));
    expect(weight).toBeCloseTo(length('toA') / length('toB'), 5);
    expect(program.runEagerly('together', {})).toEqual(together);
    program.dispose();
  });
});

describe('what has no gradient', () => {
  const refused = (body: (x: Tensor) => Tensor): string => {
    const program = createProgram();
    const v = program.variable('v', tf.tensor2d(numbers(6), [2, 3]));
    program.define('f', { feeds: {} }, () => gradients(() => ({ loss: body(v.read()) }), [v]).value);
    try {
      program.run('f', {});
      return 'not refused';
    } catch (error) {
      return (error as Error).message;
    } finally {
      program.dispose();
    }
  };

  it('is refused by the name of the kernel, when it was called past the ops', () => {
    expect(refused((x) => ops.sum(tf.tanh(x)))).toBe('No gradient is defined for Tanh here.');
    expect(refused((x) => ops.sum(ops.mul(x, tf.mul(x, 2))))).toBe('No gradient is defined for Mul here.');
  });

  it('is refused by the name of a gradient’s kernel, when that is differentiated', () => {
    const once = (x: Tensor) =>
      differentiable('once', [x], () => kernel('Tanh', [x]), [(dy, y) => kernel('TanhGrad', [y, dy])]);
    expect(refused((x) => ops.sum(once(x)))).toBe('not refused');
    expect(refused((x) => ops.sum(gradientsOf(ops.sum(once(x)), [x])[0]!))).toBe(
      'No gradient is defined for TanhGrad here.',
    );
  });

  it('is let alone where the loss does not depend on it', () => {
    expect(refused((x) => (tf.tanh(x), ops.sum(ops.square(x))))).toBe('not refused');
  });

  it('is refused where the loss depends on a tensor only through constants', () => {
    for (const f of [ops.stopGradient, ops.round, ops.floor, ops.sign, (x: Tensor) => ops.topK(x, 2).values]) {
      expect(refused((x) => ops.sum(f(x)))).toMatch(/The loss doesn't depend on "v"/);
    }
  });

  it('is a loss that is not a scalar, and gradientsOf outside of gradients', () => {
    expect(refused((x) => ops.square(x))).toMatch(/shape \[2, 3\]; only a scalar/);
    expect(() => gradientsOf(tf.scalar(1), [])).toThrow(/only inside the body/);
  });
});

describe('the tape', () => {
  it('takes a tfjs clone for what it was cloned from', () => {
    expectGradients({ x: { shape: [2, 3] } }, ({ x }) => ops.mul(x!.clone(), ops.square(x!).clone()));
  });

  it('adds up the gradients of a tensor that is used several times, as it is and through several ops', () => {
    expectGradients({ x: { shape: [2, 3] }, y: { shape: [2, 3] } }, ({ x, y }) => {
      const s = ops.add(x!, y!);
      return ops.add(ops.add(s, s), ops.mul(ops.add(s, x!), ops.add(y!, s)));
    });
  });

  it('leaves no tensor behind, captured and eagerly, also after a refusal', () => {
    const program = createProgram();
    const v = program.variable('v', tf.tensor2d(numbers(6), [2, 3]));
    const slope = () => gradients(() => ({ loss: ops.sum(ops.tanh(ops.add(v.read(), v.read()))) }), [v]).grads[0]!;
    program.define('f', { feeds: {} }, () => gradients(() => ({ loss: ops.sum(ops.square(slope())) }), [v]).value);
    program.define('g', { feeds: {} }, () => gradients(() => ({ loss: ops.sum(tf.tanh(v.read())) }), [v]).value);
    const run = () => {
      program.runEagerly('f', {});
      expect(() => program.runEagerly('g', {})).toThrow(/Tanh/);
    };
    run();
    const before = tf.memory().numTensors;
    run();
    expect(tf.memory().numTensors).toBe(before);
    program.dispose();
  });
});
