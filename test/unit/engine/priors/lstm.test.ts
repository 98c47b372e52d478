import { afterEach, describe, expect, it } from 'vitest';
import { type CodesLatent, lstmSchema, runSpecSchema } from '../../../../shared/specs';
import { type SequenceNetwork, createCodePrior, createSampler, lstm } from '../../../../main/engine/priors';
import { planPrior } from '../../../../main/engine/training/plan-prior';
import { lstmCell } from '../../../../main/engine/nn';
import { type Program, createProgram } from '../../../../main/engine/tensorflow/graph';
import * as ops from '../../../../main/engine/tensorflow/ops';
import { expectClose } from '../../../gradients/check';

const SHAPE = { vocabulary: 11, length: 11, classes: 2, layers: 2, dimension: 12 };
const BATCH = 3;
const tokens = Int32Array.from({ length: BATCH * SHAPE.length }, (_, at) => (at * 7 + (at >> 2)) % SHAPE.vocabulary);
const given = Int32Array.from([0, 1, 2]);

const open: Program[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

function build(cell: 'lstm' | 'gru'): {
  program: Program;
  model: SequenceNetwork;
  logitsOf(of: Int32Array): Float32Array;
} {
  const program = createProgram({ seed: 5 });
  open.push(program);
  const model = lstm(program, 'prior', { ...SHAPE, cell });
  const weights = program.trainable.map(
    ({ name }) => [name, (program.read([name])[name]!.data as Float32Array).map((value) => value * 3)] as const,
  );
  program.load(Object.fromEntries(weights));
  const feeds = {
    tokens: { shape: [BATCH, SHAPE.length], dtype: 'int32' },
    given: { shape: [BATCH], dtype: 'int32' },
  } as const;
  const whole = program.define('whole', { feeds }, (fed) => ({ logits: model.logits(fed.tokens, fed.given) }));
  expectClose(
    whole.runEagerly({ tokens, given }).logits.data,
    whole.run({ tokens, given }).logits.data,
    1e-5,
    'captured and eager',
  );
  return { program, model, logitsOf: (of) => Float32Array.from(whole.run({ tokens: of, given }).logits.data) };
}

const row = (values: ArrayLike<number>, sequence: number, position: number) =>
  Array.from(
    { length: SHAPE.vocabulary },
    (_, code) => values[(sequence * SHAPE.length + position) * SHAPE.vocabulary + code]!,
  );

describe.each(['lstm', 'gru'] as const)('a recurrent prior, %s', (cell) => {
  it('never looks at a code or what comes after it', () => {
    const { logitsOf } = build(cell);
    const before = logitsOf(tokens);
    for (let changed = 0; changed < SHAPE.length; changed++) {
      const other = tokens.map((code, at) => (at % SHAPE.length >= changed ? (code + 1) % SHAPE.vocabulary : code));
      const after = logitsOf(other);
      for (let sequence = 0; sequence < BATCH; sequence++)
        for (let position = 0; position < SHAPE.length; position++) {
          const same = row(after, sequence, position).every((logit, k) => logit === row(before, sequence, position)[k]);
          expect(same, `position ${position} when ${changed} and later change`).toBe(position <= changed);
        }
    }
  });

  it('steps to the same logits as all at once, a call a position or several in one, and begins anew at 0', () => {
    const { program, model, logitsOf } = build(cell);
    const expected = logitsOf(tokens);
    const next = model.stepper({ batch: BATCH });
    const define = (name: string, count: number) => {
      const feeds = {
        before: { shape: [count, BATCH], dtype: 'int32' },
        position: { shape: [1], dtype: 'int32' },
        given: { shape: [BATCH], dtype: 'int32' },
      } as const;
      return program.define(name, { feeds }, (fed) => ({
        logits: ops.stack(
          ops
            .unstack(fed.before, 0)
            .map((last, index) => next(last, ops.add(fed.position, ops.scalar(index, 'int32')), fed.given)),
        ),
      }));
    };
    const calls = { 1: define('one', 1), 3: define('three', 3) };
    for (const counts of [
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      [3, 3, 1, 3, 1],
    ] as const) {
      let position = 0;
      for (const count of counts) {
        const before = Int32Array.from(
          { length: count * BATCH },
          (_, at) => tokens[(at % BATCH) * SHAPE.length + position + Math.floor(at / BATCH) - 1] ?? 0,
        );
        const { logits } = calls[count].run({ before, position, given });
        for (let index = 0; index < count; index++)
          for (let n = 0; n < BATCH; n++) {
            const at = (index * BATCH + n) * SHAPE.vocabulary;
            const found = Array.from(logits.data).slice(at, at + SHAPE.vocabulary);
            expectClose(
              found,
              row(expected, n, position + index),
              2e-5,
              `position ${position + index} of ${counts.join()}`,
            );
          }
        position += count;
      }
    }
  });

  it('draws the same whether a graph call goes one position or many, guided too', () => {
    const { program, model } = build(cell);
    const sampler = createSampler(program, 'sampler', model, { batch: BATCH });
    for (const options of [{ seed: 7 }, { seed: 7, temperature: 0.5, labels: [0, 1, 1], guidance: 2 }]) {
      const whole = sampler.sample(options);
      expect(sampler.sample({ ...options, seed: 8 })).not.toEqual(whole);
      for (let position = 0; position < SHAPE.length; position++) {
        const column = Array.from({ length: BATCH }, (_, n) => whole[n * SHAPE.length + position]);
        expect([...sampler.step(position, options)], `position ${position}`).toEqual(column);
      }
    }
  });

  it('is a distribution: over all 81 items of 2 × 2 codes out of 3 it sums to 1', () => {
    const latent: CodesLatent = { kind: 'codes', levels: [{ axes: [2, 2], depth: 1, codes: 3, dimension: 2 }] };
    const program = createProgram({ seed: 5 });
    open.push(program);
    const spec = lstmSchema.parse({ kind: 'lstm', cell, layers: 1, dimension: 8, order: 'spiral' });
    const prior = createCodePrior(program, spec, { latent, classes: 0, seed: 1 });
    const feeds = { codes: { shape: [81, 4], dtype: 'int32' }, labels: { shape: [81], dtype: 'int32' } } as const;
    const judge = program.define('judge', { feeds }, (fed) => ({
      p: ops.sum(ops.exp(ops.neg(ops.sum(prior.judge(fed.codes, fed.labels).nats, 1)))),
    }));
    const codes = Array.from({ length: 81 }, (_, number) =>
      [27, 9, 3, 1].map((place) => Math.floor(number / place) % 3),
    );
    const { p } = judge.run({ codes: Int32Array.from(codes.flat()), labels: new Int32Array(81).fill(-1) });
    expect(p.data[0]).toBeCloseTo(1, 5);
  });
});

describe('an LSTM cell', () => {
  it('begins with a forget gate that is open: its bias is 1, the others 0', () => {
    const program = createProgram();
    open.push(program);
    lstmCell(program, 'cell', { inputs: 2, units: 3 });
    expect([...program.read(['cell/bias'])['cell/bias']!.data]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  });
});

describe('the plan of a recurrent prior', () => {
  const plan = (side: number) =>
    planPrior(
      runSpecSchema.parse({
        dataset: 'd',
        model: { kind: 'lstm', layers: 1, dimension: 8 },
        autoencoder: { run: 'a-run', step: null },
      }),
      {
        signal: { kind: 'picture', height: 128, width: 128, channels: 3 },
        latent: { kind: 'codes', levels: [{ axes: [side, side], depth: 1, codes: 4, dimension: 2 }] },
        classes: 0,
      },
    );

  it('counts its weights', () => {
    // 4 codes and a start of 8, two matrices and a bias of 4 gates, a head of 4
    expect(plan(32).parameters).toBe(5 * 8 + 2 * 8 * 32 + 32 + 8 * 4 + 4);
  });

  it('refuses more codes than it can go back through', () => {
    expect(() => plan(33)).toThrow('at most 1024');
  });
});
