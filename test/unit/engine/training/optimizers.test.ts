import { afterAll, describe, expect, it } from 'vitest';
import { trainingSchema } from '../../../../shared/specs';
import { stepScalars } from '../../../../main/engine/nn';
import { type Program, type Variable, createProgram } from '../../../../main/engine/tensorflow/graph';
import * as ops from '../../../../main/engine/tensorflow/ops';
import { type RowReplacement, createOptimizer, decays } from '../../../../main/engine/training/optimizers';

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

const start = [1, 2, 3, 4, 5, 6];
const gradientAt = (step: number) => [0.5 * step, -1, 0, 2, 1e-4, -3];
const adam = { kind: 'adam', epsilon: 1e-3 };

/** A table of three rows and three updates of it; with `replace`, rows may be replaced. */
function updates(optimizer: object, { replace, training = {} }: { replace?: number[]; training?: object } = {}) {
  const settings = trainingSchema.parse({ learningRate: 0.1, steps: 10, optimizer, ...training });
  const program = createProgram();
  programs.push(program);
  const table = program.variable('table/kernel', { shape: [3, 2] });
  const { apply } = createOptimizer(program, settings);
  const scalars = stepScalars(program);
  const feeds = {
    gradient: { shape: [3, 2], dtype: 'float32' },
    rows: { shape: [3], dtype: 'bool' },
    values: { shape: [3, 2], dtype: 'float32' },
    numbers: scalars.feed,
  } as const;
  const update = program.define('update', { feeds }, ({ gradient, rows, values, numbers }) => {
    const replaced = new Map<Variable, RowReplacement>(replace ? [[table, { rows, values }]] : []);
    const { norm } = scalars.within(numbers, () => apply([gradient], replaced));
    return { norm: norm ?? ops.scalar(-1) };
  });
  program.load({ 'table/kernel': Float32Array.from(start) });
  const norms = [1, 2, 3].map((step) => {
    const { norm } = update.run({
      gradient: gradientAt(step),
      rows: Uint8Array.from(step === 3 ? (replace ?? [0, 0, 0]) : [0, 0, 0]),
      values: [9, 8, 7, 6, 5, 4],
      numbers: scalars.valuesAt(step, settings.steps),
    });
    return norm.data[0]!;
  });
  const { 'table/kernel': weights, ...slots } = program.read();
  return {
    table: weights!.data,
    slots: Object.values(slots).map(({ data }) => data),
    names: Object.keys(slots),
    norms,
  };
}

/** The definitions in the docstrings, in double precision; `rate` by step. */
function adamByHand({ rate = () => 0.1, decay = 0 }: { rate?: (step: number) => number; decay?: number } = {}) {
  return start.map((value, at) => {
    let [w, m, v] = [value, 0, 0];
    for (const step of [1, 2, 3]) {
      const gradient = gradientAt(step)[at]!;
      m = 0.9 * m + 0.1 * gradient;
      v = 0.999 * v + 0.001 * gradient ** 2;
      w -= rate(step) * decay * w;
      w -= (rate(step) * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-3);
    }
    return w;
  });
}

function momentumByHand(nesterov: boolean, rate: (step: number) => number) {
  return start.map((value, at) => {
    let [w, a] = [value, 0];
    for (const step of [1, 2, 3]) {
      const gradient = gradientAt(step)[at]!;
      a = 0.9 * a + gradient;
      w -= rate(step) * (nesterov ? gradient + 0.9 * a : a);
    }
    return w;
  });
}

const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>) =>
  Array.from(expected).forEach((value, at) => expect(found[at]).toBeCloseTo(value, 5));

describe('Adam', () => {
  it('is the paper’s algorithm, also where ε matters', () => {
    expectClose(updates(adam).table, adamByHand());
  });

  it('decays kernels by a share of themselves as AdamW, apart from the gradient', () => {
    const found = updates({ ...adam, kind: 'adamw', weightDecay: 0.3 });
    expectClose(found.table, adamByHand({ decay: 0.3 }));
    const schedule = { kind: 'linear', from: 0.1, to: 0.01, over: 2 };
    const rates = updates({ ...adam, kind: 'adamw', weightDecay: 0.3 }, { training: { learningRate: schedule } });
    expectClose(rates.table, adamByHand({ decay: 0.3, rate: (step) => [0.055, 0.01, 0.01][step - 1]! }));
  });
});

describe('weight decay', () => {
  it.each([
    ['encoder/conv/kernel', [3, 3, 8, 8], true],
    ['encoder/conv/bias', [8], false],
    ['norm/scale', [8], false],
    ['quantizer/codebook', [64, 8], false],
    ['embedding/table', [64, 8], false],
  ])('of %s: %j %s', (name, shape, expected) => expect(decays({ name, shape })).toBe(expected));
});

describe('momentum', () => {
  const falling = (step: number) => 0.1 * 0.5 ** step;
  const training = { learningRate: { kind: 'step', from: 0.1, factor: 0.5, every: 1 } };

  it.each([false, true])('is PyTorch’s while the learning rate changes, Nesterov %s', (nesterov) => {
    const found = updates({ kind: 'sgd', momentum: 0.9, nesterov }, { training });
    expectClose(found.table, momentumByHand(nesterov, falling));
  });

  it('of zero is plain descent and remembers nothing', () => {
    const found = updates({ kind: 'sgd', momentum: 0 });
    expectClose(
      found.table,
      start.map((value, at) => value - 0.1 * [1, 2, 3].reduce((sum, step) => sum + gradientAt(step)[at]!, 0)),
    );
    expect(found.names).toEqual([]);
  });
});

describe('clipping by global norm', () => {
  const norms = [1, 2, 3].map((step) => Math.hypot(...gradientAt(step)));

  it('tells the norm from before and brings gradients down to it', () => {
    const found = updates({ kind: 'sgd', momentum: 0 }, { training: { clipNorm: 2 } });
    expectClose(found.norms, norms);
    const clipped = (at: number) =>
      [1, 2, 3].reduce((sum, step) => sum + (gradientAt(step)[at]! * 2) / norms[step - 1]!, 0);
    expectClose(
      found.table,
      start.map((value, at) => value - 0.1 * clipped(at)),
    );
  });

  it('leaves smaller gradients as they are, bit for bit', () => {
    expect(updates(adam, { training: { clipNorm: 100 } }).table).toEqual(updates(adam).table);
  });
});

describe.each([
  ['Adam', adam],
  ['momentum', { kind: 'sgd', momentum: 0.9 }],
  ['Nesterov’s momentum', { kind: 'sgd', momentum: 0.9, nesterov: true }],
  ['plain descent', { kind: 'sgd', momentum: 0 }],
])('%s with rows that may be replaced', (_name, optimizer) => {
  it('moves them as any other', () => {
    const [plain, replaceable] = [updates(optimizer), updates(optimizer, { replace: [0, 0, 0] })];
    expectClose(replaceable.table, plain.table);
    plain.slots.forEach((slot, index) => expectClose(replaceable.slots[index]!, slot));
  });

  it('gives replaced ones their values, and forgets what it knew about them alone', () => {
    const plain = updates(optimizer);
    const { table, slots } = updates(optimizer, { replace: [0, 1, 0] });
    expectClose(table, [plain.table[0]!, plain.table[1]!, 7, 6, plain.table[4]!, plain.table[5]!]);
    plain.slots.forEach((slot, index) => expectClose(slots[index]!, [slot[0]!, slot[1]!, 0, 0, slot[4]!, slot[5]!]));
  });
});

describe('numbers that change from step to step', () => {
  /** 0.9 at the first step, then a line to 0.5 at the tenth. */
  const falling = { kind: 'linear', from: 0.9, to: 0.5, over: null, warmup: 0 };
  const fallen = (step: number) => 0.9 - 0.4 * (step / 10);

  it('β₁ and β₂ correct the moments with their present values, as PyTorch does', () => {
    const found = updates({ kind: 'adam', epsilon: 1e-3, beta1: falling, beta2: falling });
    const byHand = start.map((value, at) => {
      let [w, m, v] = [value, 0, 0];
      for (const step of [1, 2, 3]) {
        const [gradient, beta] = [gradientAt(step)[at]!, fallen(step)];
        m = beta * m + (1 - beta) * gradient;
        v = beta * v + (1 - beta) * gradient ** 2;
        w -= (0.1 * (m / (1 - beta ** step))) / (Math.sqrt(v / (1 - beta ** step)) + 1e-3);
      }
      return w;
    });
    expectClose(found.table, byHand);
  });

  it.each([undefined, [0, 0, 0]])('momentum takes its present value (rows %j)', (replace) => {
    const found = updates({ kind: 'sgd', momentum: falling }, replace ? { replace } : {});
    const byHand = start.map((value, at) => {
      let [w, a] = [value, 0];
      for (const step of [1, 2, 3]) {
        a = fallen(step) * a + gradientAt(step)[at]!;
        w -= 0.1 * a;
      }
      return w;
    });
    expectClose(found.table, byHand);
  });

  it('the limit of the gradient’s norm does, and where it is 0 nothing is clipped', () => {
    const clipNorm = { kind: 'step', from: 2, factor: 0.5, every: 1 };
    const found = updates({ kind: 'sgd', momentum: 0 }, { training: { clipNorm } });
    const share = (step: number) => 2 ** (1 - step) / Math.hypot(...gradientAt(step));
    const moved = (at: number) => [1, 2, 3].reduce((sum, step) => sum + gradientAt(step)[at]! * share(step), 0);
    expectClose(
      found.table,
      start.map((value, at) => value - 0.1 * moved(at)),
    );
    const none = { kind: 'linear', from: 0, to: 0, over: null, warmup: 0 };
    const plain = updates({ kind: 'sgd', momentum: 0 });
    expect(updates({ kind: 'sgd', momentum: 0 }, { training: { clipNorm: none } }).table).toEqual(plain.table);
  });
});

describe('a variable with a learning-rate factor', () => {
  it.each([
    ['Adam', { kind: 'adam' }, false],
    ['AdamW', { kind: 'adamw', weightDecay: 0.1 }, false],
    ['plain descent', { kind: 'sgd', momentum: 0 }, false],
    ['momentum', { kind: 'sgd', momentum: 0.9 }, false],
    ['Adam, where rows may be replaced', { kind: 'adam' }, true],
    ['momentum, where rows may be replaced', { kind: 'sgd', momentum: 0.9 }, true],
  ])('moves as if the whole learning rate were larger by it, and others don’t (%s)', (_name, optimizer, isReplaced) => {
    const moved = (learningRate: number, factor: number) => {
      const program = createProgram();
      programs.push(program);
      const settings = trainingSchema.parse({ learningRate, steps: 3, optimizer });
      const fast = program.variable('fast/kernel', { shape: [3, 2] }, { learningRate: factor });
      const plain = program.variable('plain/kernel', { shape: [3, 2] });
      const { apply } = createOptimizer(program, settings);
      const scalars = stepScalars(program);
      const update = program.define('update', { feeds: { numbers: scalars.feed } }, ({ numbers }) => {
        const gradient = ops.add(ops.square(fast.read()), 1);
        const nothing = { rows: ops.greater(ops.zeros([3]), 0), values: ops.zeros([3, 2]) };
        const replaced = new Map<Variable, RowReplacement>(isReplaced ? [[fast, nothing]] : []);
        scalars.within(numbers, () => apply([gradient, ops.add(ops.square(plain.read()), 1)], replaced));
        return { done: ops.scalar(1) };
      });
      program.load({ 'fast/kernel': Float32Array.from(start), 'plain/kernel': Float32Array.from(start) });
      for (const step of [1, 2, 3]) update.run({ numbers: scalars.valuesAt(step, 3) });
      const { 'fast/kernel': one, 'plain/kernel': other } = program.read();
      return { fast: [...one!.data], plain: [...other!.data] };
    };
    const [factored, raised] = [moved(0.001, 4), moved(0.004, 1)];
    factored.fast.forEach((value, at) => expect(value).toBeCloseTo(raised.plain[at]!, 5));
    expect(factored.plain).toEqual(moved(0.001, 1).plain);
    expect(factored.plain).not.toEqual(factored.fast);
  });
});
