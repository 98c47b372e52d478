import { afterAll, describe, expect, it } from 'vitest';
import { trainingSchema } from '../../shared/specs';
import { stepScalars } from '../../main/engine/nn';
import { type Program, createProgram, gradients, item } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { createAccumulation } from '../../main/engine/training/accumulation';
import { createAverages } from '../../main/engine/training/averages';
import { createOptimizer } from '../../main/engine/training/optimizers';
import { golden, relativeError } from './golden';

const torch = golden('torch-optimisers.npz');
const [STEPS = 0, ITEMS = 0, INPUTS = 0] = torch.shape('x');
const [, , OUTPUTS = 0] = torch.shape('y');
const names = ['a/kernel', 'a/bias', 'b/kernel', 'b/bias'];

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

/** Ten steps of the same network on the same items. */
function train(input: object) {
  const training = trainingSchema.parse({ steps: STEPS, ...input });
  const { accumulate } = training;
  const program = createProgram();
  programs.push(program);
  const [w1, b1, w2, b2] = names.map((name) => program.variable(name, { shape: torch.shape(`start/${name}`) }));
  program.load(Object.fromEntries(names.map((name) => [name, torch.floats(`start/${name}`)])));
  const optimizer = createOptimizer(program, training);
  const averages = createAverages(program, training);
  const accumulation = accumulate > 1 ? createAccumulation(program, optimizer.variables) : undefined;
  const scalars = stepScalars(program);
  const size = ITEMS / accumulate;
  const feeds = {
    x: { shape: [size, INPUTS], dtype: 'float32' },
    y: { shape: [size, OUTPUTS], dtype: 'float32' },
    numbers: scalars.feed,
  } as const;
  const define = (name: string, isLast: boolean) =>
    program.define(name, { feeds }, ({ x, y, numbers }) => {
      const { value, grads } = gradients(() => {
        const hidden = ops.tanh(ops.biasAdd(ops.matMul(x, w1!.read()), b1!.read()));
        const out = ops.biasAdd(ops.matMul(hidden, w2!.read()), b2!.read());
        return { loss: ops.mean(ops.square(ops.sub(out, y))) };
      }, optimizer.variables);
      if (!isLast) {
        accumulation?.add(grads, new Map());
        return { loss: value.loss, norm: ops.scalar(0) };
      }
      const whole = accumulation ? accumulation.finish(grads, accumulate) : grads;
      const { norm } = scalars.within(numbers, () => optimizer.apply(whole, new Map()));
      return { loss: value.loss, norm: norm ?? ops.scalar(0) };
    });
  const [gather, update] = [define('gather', false), define('update', true)];

  const [losses, norms]: [number[], number[]] = [[], []];
  for (let step = 1; step <= STEPS; step++) {
    const numbers = scalars.valuesAt(step, STEPS);
    const part = (name: string, width: number, at: number) =>
      torch
        .floats(name)
        .slice(((step - 1) * ITEMS + at * size) * width, ((step - 1) * ITEMS + (at + 1) * size) * width);
    const found = Array.from({ length: accumulate }, (_, at) =>
      (at < accumulate - 1 ? gather : update).run({ x: part('x', INPUTS, at), y: part('y', OUTPUTS, at), numbers }),
    );
    averages?.update(step);
    losses.push(found.reduce((sum, { loss }) => sum + item(loss), 0) / accumulate);
    norms.push(item(found.at(-1)!.norm));
  }
  return { losses, norms, state: program.read() };
}

const adam = { kind: 'adam', beta1: 0.8, beta2: 0.95, epsilon: 1e-3 };
const halving = { kind: 'step', from: 0.1, factor: 0.5, every: 3 };

describe('against PyTorch 2.13, ten steps', () => {
  it.each([
    ['adam', { learningRate: 0.02, optimizer: adam }],
    ['adamw', { learningRate: 0.02, optimizer: { ...adam, kind: 'adamw', weightDecay: 0.2 } }],
    ['momentum', { learningRate: halving, optimizer: { kind: 'sgd', momentum: 0.9 } }],
    ['nesterov', { learningRate: halving, optimizer: { kind: 'sgd', momentum: 0.9, nesterov: true } }],
    ['clip', { learningRate: 0.02, optimizer: adam, clipNorm: 0.4 }],
    ['accumulate', { learningRate: 0.02, optimizer: adam, accumulate: 3 }],
    ['average', { learningRate: 0.02, optimizer: adam, averageDecay: 0.7 }],
  ])('%s has the same losses and weights', (name, training) => {
    const { losses, norms, state } = train(training);
    expect(relativeError(losses, torch.floats(`${name}/losses`))).toBeLessThan(1e-5);
    for (const key of names) {
      expect(relativeError(state[key]!.data, torch.floats(`${name}/${key}`)), key).toBeLessThan(1e-5);
      if (name === 'average')
        expect(relativeError(state[`average/${key}`]!.data, torch.floats(`average/average/${key}`))).toBeLessThan(1e-5);
    }
    if (name === 'clip') {
      expect(relativeError(norms, torch.floats('clip/norms'))).toBeLessThan(1e-5);
      expect(Math.max(...norms)).toBeGreaterThan(0.4);
    }
  });

  it('gathering gradients over small batches is what one large batch gives, within rounding', () => {
    const [small, large] = [3, 1].map((accumulate) => train({ learningRate: 0.02, optimizer: adam, accumulate }).state);
    for (const key of names) expect(relativeError(small![key]!.data, large![key]!.data), key).toBeLessThan(1e-5);
  });
});
