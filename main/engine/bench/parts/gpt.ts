import { trainingSchema } from '@shared/specs';
import { stepScalars } from '../../nn';
import { type SequenceNetwork, createSampler, gpt } from '../../priors';
import { type Program, createProgram, gradients } from '../../tensorflow/graph';
import type { Tensor } from '../../tensorflow/native/load';
import * as ops from '../../tensorflow/ops';
import { createOptimizer } from '../../training/optimizers';
import { madeUpPixels, timed, type Part } from './part';

const CODES = 512;

/** One training step of the GPT in its default shape. Milliseconds. */
export function openGptStep({ batch = 32, length = 64, steps = 4 }: Partial<Record<string, number>>): Part {
  const { program, model } = untrained(length);
  const optimizer = createOptimizer(program, trainingSchema.parse({}));
  const scalars = stepScalars(program);
  const tokens = { shape: [batch, length], dtype: 'int32' } as const;
  const train = program.define('train', { feeds: { tokens, scalars: scalars.feed } }, (fed) =>
    scalars.within(fed.scalars, () => {
      const { value, grads } = gradients(() => ({ loss: lossOf(model, fed.tokens) }), optimizer.variables);
      optimizer.apply(grads, new Map());
      return value;
    }),
  );
  const codes = madeUpCodes(batch * length);
  let step = 0;
  return {
    round: () =>
      Array.from({ length: steps }, () =>
        timed(() => train.run({ tokens: codes, scalars: scalars.valuesAt((step += 1), 1e6) })),
      ),
    close: () => program.dispose(),
  };
}

/** Sequences drawn with the cache, `batch` at once. Milliseconds per token. */
export function openGptSampling({ batch = 1, length = 64, sequences = 4 }: Partial<Record<string, number>>): Part {
  const { program, model } = untrained(length);
  const sampler = createSampler(program, 'sampler', model, { batch });
  let seed = 0;
  return {
    round: () => Array.from({ length: sequences }, () => timed(() => sampler.sample({ seed: (seed += 1) })) / length),
    close: () => program.dispose(),
  };
}

/** Sequences drawn without a cache: every code computes the whole sequence anew. Milliseconds per token. */
export function openGptRecomputing({ batch = 1, length = 64, tokens = 16 }: Partial<Record<string, number>>): Part {
  const { program, model } = untrained(length);
  const feeds = { codes: { shape: [batch, length], dtype: 'int32' }, seed: { shape: [2], dtype: 'int32' } } as const;
  const next = program.define('next', { feeds }, ({ codes, seed }) => ({
    drawn: ops.random.categorical(lastOf(model.logits(codes, ops.zeros([batch], 'int32'))), seed),
  }));
  const codes = madeUpCodes(batch * length);
  return {
    round: () => Array.from({ length: tokens }, (_, at) => timed(() => next.run({ codes, seed: [1, at] }))),
    close: () => program.dispose(),
  };
}

/** Mean of −log p, in nats per code. */
function lossOf(model: SequenceNetwork, tokens: Tensor): Tensor {
  const given = ops.zeros([tokens.shape[0] ?? 0], 'int32');
  return ops.mean(ops.sparseSoftmaxCrossEntropy(model.logits(tokens, given), tokens));
}

function untrained(length: number): { program: Program; model: SequenceNetwork } {
  const program = createProgram({ seed: 1 });
  return { program, model: gpt(program, 'gpt', { vocabulary: CODES, length }) };
}

/** Logits [N, L, K] → the last position's [N, K]; which position it is makes no difference to the time. */
function lastOf(logits: Tensor): Tensor {
  const [batch = 0, length = 0, codes = 0] = logits.shape;
  return ops.reshape(ops.slice(logits, [0, length - 1, 0], [batch, 1, codes]), [batch, codes]);
}

function madeUpCodes(count: number): Int32Array {
  return Int32Array.from(madeUpPixels(count), (value) => (value * 2 + (value & 1)) % CODES);
}
