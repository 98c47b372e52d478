import { afterEach, describe, expect, it } from 'vitest';
import { type LogitModel, decodeWithModel, encodeWithModel, fromLogits } from '../../../../main/engine/coding';
import { type SequenceNetwork, gpt } from '../../../../main/engine/priors';
import { type Program, createProgram } from '../../../../main/engine/tensorflow/graph';
import * as ops from '../../../../main/engine/tensorflow/ops';

const SHAPE = { vocabulary: 300, length: 12, layers: 2, dimension: 32, heads: 4 };
const LANES = 4;
const ITEMS = 10;
const latent = { kind: 'codes' as const, levels: [{ axes: [3, 4], depth: 1, codes: 300, dimension: 8 }] };
const codes = Int32Array.from({ length: ITEMS * SHAPE.length }, (_, at) => (at * at * 31 + at) % SHAPE.vocabulary);

const open: Program[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

/** A GPT whose weights are far from their small first values. */
function build(): { program: Program; model: SequenceNetwork } {
  const program = createProgram({ seed: 5 });
  open.push(program);
  const model = gpt(program, 'prior', SHAPE);
  const names = program.variables.filter(({ trainable }) => trainable).map(({ name }) => name);
  const values = names.map((name) => [name, (program.read([name])[name]!.data as Float32Array).map((one) => one * 4)]);
  program.load(Object.fromEntries(values) as Parameters<Program['load']>[0]);
  return { program, model };
}

/** Its steps with a cache as a model to code by. */
function stepping({ program, model }: ReturnType<typeof build>): LogitModel {
  const next = model.stepper({ batch: LANES });
  const feeds = { previous: { shape: [LANES], dtype: 'int32' }, position: { shape: [1], dtype: 'int32' } } as const;
  const step = program.define('next', { feeds }, (given) => ({
    logits: next(given.previous, given.position, ops.zeros([LANES], 'int32')),
  }));
  return {
    lanes: LANES,
    begin: () => undefined,
    logits: (position, previous) => ({
      symbols: SHAPE.vocabulary,
      values: step.run({ previous: previous.slice(), position: Int32Array.of(position) }).logits.data,
    }),
  };
}

describe('codes coded by a GPT', () => {
  const set = { latent, items: ITEMS, codes };

  it('come back exactly from another of the same weights', async () => {
    const coded = await encodeWithModel(set, fromLogits(stepping(build())));
    expect(await decodeWithModel(coded, set, fromLogits(stepping(build())))).toEqual(codes);
  });

  it('take its −log₂ p to 1 % and 64 bits', async () => {
    const built = build();
    const { payload } = await encodeWithModel(set, fromLogits(stepping(built)));
    const feeds = { tokens: { shape: [ITEMS, SHAPE.length], dtype: 'int32' } } as const;
    const loss = built.program.define('loss', { feeds }, ({ tokens }) => {
      const logits = built.model.logits(tokens, ops.zeros([ITEMS], 'int32'));
      return { nats: ops.mean(ops.sparseSoftmaxCrossEntropy(logits, tokens)) };
    });
    const bits = (loss.run({ tokens: codes }).nats.data[0]! * codes.length) / Math.LN2;
    expect(Math.abs(payload.length * 8 - bits)).toBeLessThanOrEqual(bits * 0.01 + 64);
  });

  it('are refused by one of other weights', async () => {
    const coded = await encodeWithModel(set, fromLogits(stepping(build())));
    const other = build();
    const [name] = other.program.variables.filter(({ trainable }) => trainable).map((variable) => variable.name);
    const values = (other.program.read([name!])[name!]!.data as Float32Array).map((one) => one * 1.001);
    other.program.load({ [name!]: values } as Parameters<Program['load']>[0]);
    await expect(decodeWithModel(coded, set, fromLogits(stepping(other)))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
  });
});
