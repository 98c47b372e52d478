import { afterEach, describe, expect, it } from 'vitest';
import * as nn from '../../../../main/engine/nn';
import { type Program, assign, createProgram } from '../../../../main/engine/tensorflow/graph';
import { expectClose, numbers } from '../../../gradients/check';

const open: Program[] = [];
function program(): Program {
  const created = createProgram({ seed: 1 });
  open.push(created);
  return created;
}
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('dropoutLayer', () => {
  const SIZE = 20_000;
  const feeds = { x: { shape: [SIZE], dtype: 'float32' }, step: { shape: [], dtype: 'int32' } } as const;
  const ones = new Float32Array(SIZE).fill(1);

  it('drops the promised share, keeps the mean, and does nothing in evaluation', () => {
    const p = program();
    const drop = nn.dropoutLayer('drop', { rate: 0.3, seed: 4 });
    const f = p.define('f', { feeds }, ({ x, step }) => ({ trained: drop(x, step), evaluated: drop(x) }));
    const { trained, evaluated } = f.run({ x: ones, step: 1 });
    const kept = Array.from(trained.data).filter((value) => value !== 0);
    expect(kept.length / SIZE).toBeCloseTo(0.7, 1.7);
    expect(new Set(kept)).toEqual(new Set([Math.fround(1 / 0.7)]));
    expect(evaluated.data).toEqual(ones);
  });

  it('repeats with seed, name and step, and differs where one of them does', () => {
    const p = program();
    const layers = [
      nn.dropoutLayer('a', { rate: 0.5, seed: 4 }),
      nn.dropoutLayer('a', { rate: 0.5, seed: 4 }),
      nn.dropoutLayer('b', { rate: 0.5, seed: 4 }),
      nn.dropoutLayer('a', { rate: 0.5, seed: 5 }),
    ];
    const f = p.define('f', { feeds }, ({ x, step }) =>
      Object.fromEntries(layers.map((layer, index) => [`y${index}`, layer(x, step)])),
    );
    const at = (step: number) => Object.values(f.run({ x: ones, step })).map(({ data }) => data.join(''));
    const [first, same, otherName, otherSeed] = at(1);
    expect(same).toBe(first);
    expect(otherName).not.toBe(first);
    expect(otherSeed).not.toBe(first);
    expect(at(2)[0]).not.toBe(first);
    expect(at(1)[0]).toBe(first);
  });
});

describe('batchNormLayer', () => {
  it('comes to evaluate as it trained, once its running averages have arrived', () => {
    const p = program();
    const norm = nn.batchNormLayer(p, 'norm', { channels: 2 });
    const feeds = { x: { shape: [50, 2], dtype: 'float32' } } as const;
    const train = p.define('train', { feeds }, ({ x }) => {
      const { y, updates } = norm.train(x);
      for (const update of updates) if (update.kind === 'assign') assign(update.variable, update.value);
      return { y };
    });
    const evaluate = p.define('evaluate', { feeds }, ({ x }) => ({ y: norm.evaluate(x) }));
    const x = numbers(100, [3, 9]);
    for (let step = 0; step < 150; step++) train.run({ x });
    const trained = train.run({ x }).y.data;
    expect(mean(trained)).toBeCloseTo(0, 4);
    // evaluation divides by the unbiased variance
    const shrink = Math.sqrt(49 / 50);
    expectClose(
      evaluate.run({ x }).y.data,
      Array.from(trained, (value) => value * shrink),
      2e-3,
      'evaluated',
    );
    expect(p.trainable.map(({ name }) => name)).toEqual(['norm/scale', 'norm/offset']);
  });
});

describe('maskedConv2dLayer', () => {
  /** Where an output cell changes when one input cell does, of a 5 × 5 map: rows of # and ·. */
  function seenBy(options: Omit<nn.MaskedConv2dLayerOptions, 'inChannels' | 'filters' | 'kernel'>): string[] {
    const p = program();
    const conv = nn.maskedConv2dLayer(p, 'conv', { inChannels: 1, filters: 1, kernel: 3, ...options });
    const kernel = p.variables[0]!;
    p.load({ 'conv/kernel': new Float32Array(kernel.shape.reduce((a, b) => a * b, 1)).fill(1) });
    const feeds = { x: { shape: [1, 5, 5, 1], dtype: 'float32' } } as const;
    const f = p.define('f', { feeds }, ({ x }) => ({ y: conv(x) }));
    const seen = Array.from({ length: 25 }, (_, cell) => {
      const x = new Float32Array(25);
      x[cell] = 1;
      return f.run({ x }).y.data[2 * 5 + 2] === 0 ? '·' : '#';
    });
    return [0, 1, 2, 3, 4].map((row) => seen.slice(row * 5, row * 5 + 5).join(''));
  }

  it('sees, from the middle, what its field and type say', () => {
    expect(seenBy({ mask: 'A' })).toEqual(['·····', '·###·', '·#···', '·····', '·····']);
    expect(seenBy({ mask: 'B' })).toEqual(['·····', '·###·', '·##··', '·····', '·····']);
    expect(seenBy({ mask: 'A', field: 'vertical' })).toEqual(['·····', '·###·', '·····', '·····', '·····']);
    expect(seenBy({ mask: 'B', field: 'vertical' })).toEqual(['·····', '·###·', '·###·', '·····', '·····']);
    expect(seenBy({ mask: 'A', field: 'horizontal' })).toEqual(['·····', '·····', '·#···', '·····', '·····']);
    expect(seenBy({ mask: 'B', field: 'horizontal', dilation: 2 })).toEqual([
      '·····',
      '·····',
      '#·#··',
      '·····',
      '·····',
    ]);
  });
});

describe('conv1dLayer', () => {
  it('is blind to the future where it is causal', () => {
    const p = program();
    const conv = nn.conv1dLayer(p, 'conv', { inChannels: 1, filters: 1, kernel: 3, dilation: 2, padding: 'causal' });
    const f = p.define('f', { feeds: { x: { shape: [1, 8, 1], dtype: 'float32' } } }, ({ x }) => ({ y: conv(x) }));
    const x = numbers(8);
    const before = f.run({ x }).y.data;
    const changed = x.map((value, at) => (at >= 5 ? value + 1 : value));
    const after = f.run({ x: changed }).y.data;
    expect(Array.from(after, (value, at) => value === before[at])).toEqual([
      ...Array<boolean>(5).fill(true),
      ...Array<boolean>(3).fill(false),
    ]);
  });
});

describe('selfAttention', () => {
  it('goes step by step with its cache to what it gives all at once, and starts anew at position 0', () => {
    const [BATCH, LENGTH, D] = [2, 5, 8];
    const p = program();
    const attention = nn.selfAttention(p, 'a', {
      dimension: D,
      heads: 2,
      causal: true,
      initialiser: nn.normalInit(0.5),
    });
    const cache = attention.cache({ batch: BATCH, length: LENGTH });
    const whole = p.define('whole', { feeds: { x: { shape: [BATCH, LENGTH, D], dtype: 'float32' } } }, ({ x }) => ({
      y: attention(x),
    }));
    const stepFeeds = { x: { shape: [BATCH, D], dtype: 'float32' }, position: { shape: [1], dtype: 'int32' } } as const;
    const step = p.define('step', { feeds: stepFeeds }, ({ x, position }) => ({ y: cache.step(x, position) }));
    for (const salt of [1, 2]) {
      const x = numbers(BATCH * LENGTH * D, [-2, 2], salt);
      const expected = whole.run({ x }).y.data;
      const rowsAt = (values: ArrayLike<number>, position: number) =>
        Array.from({ length: BATCH * D }, (_, at) => {
          const [n, channel] = [Math.floor(at / D), at % D];
          return values[(n * LENGTH + position) * D + channel]!;
        });
      for (let position = 0; position < LENGTH; position++) {
        const { y } = step.run({ x: Float32Array.from(rowsAt(x, position)), position });
        expectClose(y.data, rowsAt(expected, position), 1e-5, `position ${position}`);
      }
    }
  });

  it('steps eagerly as it does captured', () => {
    const p = program();
    const cache = nn.selfAttention(p, 'a', { dimension: 4, heads: 2, causal: true }).cache({ batch: 1, length: 3 });
    const feeds = { x: { shape: [1, 4], dtype: 'float32' }, position: { shape: [1], dtype: 'int32' } } as const;
    const step = p.define('step', { feeds }, ({ x, position }) => ({ y: cache.step(x, position) }));
    for (const position of [0, 1, 2]) {
      const x = numbers(4, [-1, 1], position);
      const captured = step.run({ x, position }).y.data;
      expectClose(step.runEagerly({ x, position }).y.data, captured, 1e-6, `position ${position}`);
    }
  });
});

describe('initialisers of transformers and convolutions', () => {
  const deviation = (initialiser: ReturnType<typeof nn.heNormal>, shape: number[]) => {
    const p = program();
    p.variable('v', { shape, initialiser });
    const values = p.read().v!.data;
    return Math.sqrt(mean(Array.from(values, (value) => value * value)));
  };
  it('have the spread of their papers', () => {
    expect(deviation(nn.heNormal(), [3, 3, 32, 64]) / Math.sqrt(2 / (9 * 32))).toBeCloseTo(1, 1.7);
    expect(deviation(nn.glorotNormal(), [100, 300]) / Math.sqrt(2 / 400)).toBeCloseTo(1, 1.7);
    expect(deviation(nn.gptInit(), [200, 200]) / 0.02).toBeCloseTo(1, 1.7);
    expect(deviation(nn.scaledResidualInit(8), [200, 200]) / (0.02 / Math.sqrt(8))).toBeCloseTo(1, 1.7);
  });
});
