import { describe, expect, it } from 'vitest';
import { createProgram, gradients } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { tf } from '../../main/engine/tensorflow/native/load';
import { expectGradients } from './check';

const both = ({ real, imaginary }: ops.Spectrum) => ops.stack([ops.square(real), imaginary], -1);

describe('the Fourier transform has the right gradients:', () => {
  it('of even and odd lengths, by its real and its imaginary part', () => {
    for (const length of [8, 7, 1]) {
      expectGradients({ x: { shape: [2, length] } }, ({ x }) => both(ops.rfft(x!)), { tolerance: 4e-3 });
    }
    expectGradients({ x: { shape: [2, 6] } }, ({ x }) => ops.rfft(x!).imaginary);
  });

  it('in frames that overlap, with gaps, centred and not', () => {
    for (const options of [
      { size: 8, hop: 3 },
      { size: 4, hop: 6, centred: false },
    ]) {
      expectGradients({ x: { shape: [2, 17] } }, ({ x }) => ops.magnitude(ops.stft(x!, options)), { tolerance: 4e-3 });
    }
    expectGradients({ x: { shape: [2, 12] } }, ({ x }) => {
      const window = tf.tensor1d([0.2, 0.7, 1, 0.4]);
      return both(ops.stft(x!, { size: 4, hop: 2, window }));
    });
  });

  it('of silence: the magnitude is 0 and so is its gradient', () => {
    const program = createProgram();
    const x = program.variable('x', { shape: [1, 16] });
    program.define('f', { feeds: {} }, () => {
      const { value, grads } = gradients(
        () => ({ loss: ops.sum(ops.magnitude(ops.stft(x.read(), { size: 8, hop: 4 }))) }),
        [x],
      );
      return { ...value, slope: grads[0]! };
    });
    const { loss, slope } = program.run('f', {});
    expect(loss?.data[0]).toBe(0);
    expect([...(slope?.data ?? [])]).toEqual(Array(16).fill(0));
    program.dispose();
  });

  it('refuses a sequence shorter than a frame', () => {
    const x = ops.zeros([1, 5]);
    expect(() => ops.stft(x, { size: 8, hop: 4, centred: false })).toThrow(/has no frame of 8/);
    x.dispose();
  });
});
