import { afterEach, describe, expect, it } from 'vitest';
import { type SequenceNetwork, createSampler, gpt } from '../../../../main/engine/priors';
import { type Program, createProgram } from '../../../../main/engine/tensorflow/graph';
import type { Tensor } from '../../../../main/engine/tensorflow/native/load';
import * as ops from '../../../../main/engine/tensorflow/ops';
import { expectClose } from '../../../gradients/check';

const SHAPE = { vocabulary: 11, length: 6, layers: 2, dimension: 16, heads: 4 };
const BATCH = 3;
const tokens = Int32Array.from({ length: BATCH * SHAPE.length }, (_, at) => (at * 7 + (at >> 2)) % SHAPE.vocabulary);

const open: Program[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

const none = () => ops.zeros([BATCH], 'int32');
const lossOf = (model: SequenceNetwork, given: Tensor) =>
  ops.mean(ops.sparseSoftmaxCrossEntropy(model.logits(given, none()), given));

/** A small GPT whose weights are far from their small first values, so that everything in it matters. */
function build() {
  const program = createProgram({ seed: 5 });
  open.push(program);
  const model = gpt(program, 'prior', SHAPE);
  const weights = program.variables.filter(({ trainable }) => trainable);
  const wide = Object.fromEntries(
    weights.map(({ name }) => [name, (program.read([name])[name]!.data as Float32Array).map((value) => value * 4)]),
  );
  program.load(wide);
  const feeds = { tokens: { shape: [BATCH, SHAPE.length], dtype: 'int32' } } as const;
  const whole = program.define('whole', { feeds }, (given) => ({
    logits: model.logits(given.tokens, none()),
    loss: lossOf(model, given.tokens),
    probabilities: ops.softmax(model.logits(given.tokens, none())),
  }));
  return { program, model, whole };
}

const row = (values: ArrayLike<number>, sequence: number, position: number) =>
  Array.from(
    { length: SHAPE.vocabulary },
    (_, code) => values[(sequence * SHAPE.length + position) * SHAPE.vocabulary + code]!,
  );

describe('gpt', () => {
  it('has the loss of its probabilities: the mean of −log p over all positions', () => {
    const { probabilities, loss } = build().whole.run({ tokens });
    const nats = tokens.reduce((sum, code, at) => sum - Math.log(probabilities.data[at * SHAPE.vocabulary + code]!), 0);
    expect(loss.data[0]).toBeCloseTo(nats / tokens.length, 5);
  });

  it('starts close to knowing nothing: log K nats', () => {
    const program = createProgram({ seed: 5 });
    open.push(program);
    const model = gpt(program, 'prior', SHAPE);
    const feeds = { tokens: { shape: [BATCH, SHAPE.length], dtype: 'int32' } } as const;
    const loss = program.define('loss', { feeds }, (given) => ({ loss: lossOf(model, given.tokens) }));
    expect(loss.run({ tokens }).loss.data[0]).toBeCloseTo(Math.log(SHAPE.vocabulary), 1);
  });

  it('never looks at a code or what comes after it', () => {
    const { whole } = build();
    const before = whole.run({ tokens }).logits.data;
    for (let changed = 0; changed < SHAPE.length; changed++) {
      const other = tokens.map((code, at) => (at % SHAPE.length >= changed ? (code + 1) % SHAPE.vocabulary : code));
      const after = whole.run({ tokens: other }).logits.data;
      for (let sequence = 0; sequence < BATCH; sequence++)
        for (let position = 0; position < SHAPE.length; position++) {
          const same = row(after, sequence, position).every((logit, k) => logit === row(before, sequence, position)[k]);
          expect(same, `position ${position} when ${changed} and later change`).toBe(position <= changed);
        }
    }
  });

  it('steps with a cache to the same probabilities as all at once', () => {
    const { program, model, whole } = build();
    const expected = whole.run({ tokens }).logits.data;
    const stepped = model.stepper({ batch: BATCH });
    const feeds = { last: { shape: [BATCH], dtype: 'int32' }, position: { shape: [1], dtype: 'int32' } } as const;
    const step = program.define('step', { feeds }, ({ last, position }) => ({
      logits: stepped(last, position, none()),
    }));
    for (const round of [1, 2]) {
      for (let position = 0; position < SHAPE.length; position++) {
        const last = Array.from({ length: BATCH }, (_, n) => tokens[n * SHAPE.length + position - 1] ?? 0);
        const { logits } = step.run({ last, position });
        for (let n = 0; n < BATCH; n++) {
          const found = Array.from(logits.data).slice(n * SHAPE.vocabulary, (n + 1) * SHAPE.vocabulary);
          expectClose(found, row(expected, n, position), 2e-5, `round ${round}, position ${position}`);
        }
      }
    }
  });
});

describe('sampling from gpt', () => {
  it('repeats with the seed, differs with another, and keeps what is given', () => {
    const { program, model } = build();
    const sampler = createSampler(program, 'sampler', model, { batch: BATCH });
    const first = sampler.sample({ seed: 3 });
    expect(sampler.sample({ seed: 3 })).toEqual(first);
    expect(sampler.sample({ seed: 4 })).not.toEqual(first);
    expect(first.every((code) => code >= 0 && code < SHAPE.vocabulary)).toBe(true);
    const given = tokens.map((code, at) => (at % 2 === 0 ? code : -1));
    const completed = sampler.sample({ seed: 3, given });
    expect([...completed].filter((_, at) => at % 2 === 0)).toEqual([...given].filter((_, at) => at % 2 === 0));
  });

  it('draws the same whether a graph call goes one position or many, also past the last full stretch', () => {
    const program = createProgram({ seed: 5 });
    open.push(program);
    const length = 19;
    const model = gpt(program, 'prior', { ...SHAPE, length });
    const sampler = createSampler(program, 'sampler', model, { batch: BATCH });
    const given = Int32Array.from({ length: BATCH * length }, (_, at) => (at % 5 === 3 ? at % SHAPE.vocabulary : -1));
    for (const options of [{ seed: 7 }, { seed: 7, temperature: 0.5, given }]) {
      const whole = sampler.sample(options);
      for (let position = 0; position < length; position++) {
        const column = Array.from({ length: BATCH }, (_, n) => whole[n * length + position]);
        expect([...sampler.step(position, options)], `position ${position}`).toEqual(column);
      }
    }
  });

  it('draws the second code from its distribution given the first', () => {
    const { program, model, whole } = build();
    const sampler = createSampler(program, 'sampler', model, { batch: BATCH });
    const given = new Int32Array(BATCH * SHAPE.length).fill(-1);
    for (let n = 0; n < BATCH; n++) given[n * SHAPE.length] = 4;
    const fixed = tokens.map((code, at) => (at % SHAPE.length === 0 ? 4 : code));
    const expected = row(whole.run({ tokens: fixed }).probabilities.data, 0, 1);
    const counts = new Array<number>(SHAPE.vocabulary).fill(0);
    const ROUNDS = 1000;
    for (let seed = 0; seed < ROUNDS; seed++) {
      sampler.step(0, { seed, given });
      for (const code of sampler.step(1, { seed, given })) counts[code] = (counts[code] ?? 0) + 1;
    }
    // 3,000 draws: a share of p varies by sqrt(p (1 − p) / 3,000) ≤ 0.0091
    for (const [code, p] of expected.entries()) expect(Math.abs(counts[code]! / ROUNDS / BATCH - p)).toBeLessThan(0.04);
  });

  it('sharpens as the temperature falls', () => {
    const { program, model, whole } = build();
    const sampler = createSampler(program, 'sampler', model, { batch: BATCH });
    const likely = row(whole.run({ tokens }).probabilities.data, 0, 0);
    const best = likely.indexOf(Math.max(...likely));
    expect([...sampler.step(0, { seed: 1, temperature: 1e-3 })]).toEqual([best, best, best]);
  });
});
