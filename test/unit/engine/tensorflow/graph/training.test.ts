import { afterAll, describe, expect, it } from 'vitest';
import {
  type Program,
  type Variable,
  applyAdam,
  applyMomentum,
  applySgd,
  assign,
  createProgram,
  gradients,
} from '../../../../../main/engine/tensorflow/graph';
import { type Tensor, tf } from '../../../../../main/engine/tensorflow/native/load';
import * as ops from '../../../../../main/engine/tensorflow/ops';
import { conv2dLayer, convTransposeLayer, residualStack } from '../../../../../main/engine/nn';
import { numbers } from '../../../../gradients/check';

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

type Optimizer = (program: Program, variable: Variable) => (gradient: Tensor, step: Tensor) => void;

/** A small autoencoder with noise, trained by the given optimizer: everything a training step has. */
function autoencoder(optimizer: Optimizer) {
  const program = createProgram({ seed: 5 });
  programs.push(program);
  const encode = conv2dLayer(program, 'encoder/down', { inChannels: 3, filters: 8, kernel: 4, stride: 2 });
  const stack = residualStack(program, 'encoder/stack', { channels: 8, hidden: 4, blocks: 2 });
  const decode = convTransposeLayer(program, 'decoder/up', {
    rank: 2,
    inChannels: 8,
    filters: 3,
    kernel: 4,
    stride: 2,
  });
  const mean = program.variable('mean', { shape: [8] }, { trainable: false });
  const weights = program.trainable;
  const updates = weights.map((variable) => optimizer(program, variable));
  const train = program.define(
    'trainStep',
    { feeds: { images: { shape: [4, 10, 6, 3], dtype: 'uint8' }, step: { shape: [], dtype: 'int32' } } },
    ({ images, step }) => {
      const x = ops.sub(ops.div(ops.cast(images, 'float32'), 127.5), 1);
      const { value, grads } = gradients(() => {
        const latent = stack(ops.relu(encode(x)));
        const noisy = ops.add(latent, ops.mul(ops.random.normal(latent.shape, ops.seedOf(9, step, 0)), 0.01));
        return { loss: ops.mean(ops.square(ops.sub(decode(noisy), x))), latent };
      }, weights);
      updates.forEach((update, index) => update(grads[index]!, step));
      assign(mean, ops.add(ops.mul(mean.read(), 0.9), ops.mul(ops.mean(value.latent, [0, 1, 2]), 0.1)));
      return { loss: value.loss, before: mean.read() };
    },
  );
  return { program, train };
}

const images = Uint8Array.from(numbers(4 * 10 * 6 * 3, [0, 255]));

const slot = (program: Program, variable: Variable, name: string) =>
  program.variable(`${name}/${variable.name}`, { shape: variable.shape }, { trainable: false });

const optimizers = {
  Adam: (program, variable) => {
    const slots = { m: slot(program, variable, 'm'), v: slot(program, variable, 'v') };
    return (gradient, step) => {
      const power = (beta: number) => ops.pow(beta, ops.cast(step, 'float32'));
      applyAdam(variable, slots, gradient, {
        learningRate: 3e-3,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-7,
        beta1Power: power(0.9),
        beta2Power: power(0.999),
      });
    };
  },
  momentum: (program, variable) => {
    const accumulator = slot(program, variable, 'momentum');
    return (gradient) =>
      applyMomentum(variable, accumulator, gradient, { learningRate: 0.05, momentum: 0.9, nesterov: true });
  },
  'gradient descent': (_program, variable) => (gradient) => applySgd(variable, gradient, { learningRate: 0.3 }),
} satisfies Record<string, Optimizer>;

describe('a captured training step', () => {
  for (const [name, optimizer] of Object.entries(optimizers)) {
    it(`equals the eager one with ${name}, in losses and in every variable`, () => {
      const [captured, eager] = [autoencoder(optimizer), autoencoder(optimizer)];
      const losses: number[] = [];
      for (let step = 1; step <= 6; step++) {
        const a = captured.train.run({ images, step });
        const b = eager.train.runEagerly({ images, step });
        losses.push(a.loss.data[0]!);
        expect(Math.abs(a.loss.data[0]! - b.loss.data[0]!)).toBeLessThan(1e-5);
        a.before.data.forEach((value, index) => expect(Math.abs(value - b.before.data[index]!)).toBeLessThan(1e-5));
      }
      expect(losses[5]!).toBeLessThan(losses[0]! * 0.95);
      const [left, right] = [captured.program.read(), eager.program.read()];
      expect(Object.keys(left)).toEqual(Object.keys(right));
      for (const [variable, { data }] of Object.entries(left)) {
        data.forEach((value, index) =>
          expect(Math.abs(value - right[variable]!.data[index]!), `${variable} ${index}`).toBeLessThan(2e-4),
        );
      }
    });
  }

  it('repeats bit for bit from the same start', () => {
    const runs = [0, 1].map(() => {
      const { program, train } = autoencoder(optimizers['gradient descent']);
      const losses = [1, 2, 3, 4].map((step) => train.run({ images, step }, ['loss']).loss.data[0]);
      return { losses, values: program.read() };
    });
    expect(runs[0]).toEqual(runs[1]);
  });

  it('continues bit for bit after its variables were read out and loaded elsewhere', () => {
    const whole = autoencoder(optimizers['gradient descent']);
    const losses = [1, 2, 3, 4].map((step) => whole.train.run({ images, step }).loss.data[0]);
    const first = autoencoder(optimizers['gradient descent']);
    for (const step of [1, 2]) first.train.run({ images, step });
    const second = autoencoder(optimizers['gradient descent']);
    second.program.load(first.program.read());
    expect([3, 4].map((step) => second.train.run({ images, step }).loss.data[0])).toEqual(losses.slice(2));
  });

  it('holds memory flat over 200 calls', () => {
    const { program, train } = autoencoder(optimizers['gradient descent']);
    train.run({ images, step: 1 });
    program.read();
    const before = {
      tensors: tf.memory().numTensors,
      ids: (tf.backend() as unknown as { getNumOfTFTensors(): number }).getNumOfTFTensors(),
    };
    for (let step = 2; step <= 201; step++) train.run({ images, step });
    program.load(program.read());
    expect({
      tensors: tf.memory().numTensors,
      ids: (tf.backend() as unknown as { getNumOfTFTensors(): number }).getNumOfTFTensors(),
    }).toEqual(before);
  });
});
