import { afterAll, describe, expect, it } from 'vitest';
import { discreteVaeSchema } from '../../../../shared/specs';
import { createAutoencoder } from '../../../../main/engine/autoencoders';
import { type Program, createProgram, gradients } from '../../../../main/engine/tensorflow/graph';
import { draws } from '../training/fixture';
import { fromPixels } from '../../../support/pixels';

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

const SIDE = 6;
const COPIES = 48;
const STEPS = 150;

describe('the gradient variance that a discrete VAE shows', () => {
  it.each(['reinforce', 'rloo', 'gumbel'])('is how much estimates by %s scatter from step to step', (estimator) => {
    const program = createProgram({ seed: 5 });
    programs.push(program);
    const spec = discreteVaeSchema.parse({
      kind: 'discrete-vae',
      variables: 3,
      codes: 4,
      estimator,
      samples: 2,
      network: { kind: 'dense', layers: 1, width: 8, activation: 'tanh' },
      likelihood: { kind: 'bernoulli', binarise: false },
    });
    const model = createAutoencoder(program, spec, {
      signal: { kind: 'picture', height: SIDE, width: SIDE, channels: 1 },
      dataVariance: 0.1,
      seed: 5,
    });
    const bias = program.trainable.find(({ name }) => name === 'encoder/logits/bias')!;
    const feeds = {
      pixels: { shape: [COPIES, SIDE, SIDE, 1], dtype: 'uint8' },
      step: { shape: [], dtype: 'int32' },
    } as const;
    const look = program.define('look', { feeds }, ({ pixels, step }) => {
      const { value, grads } = gradients(() => {
        const { total, metrics } = model.loss(fromPixels(pixels), step);
        return { loss: total, shown: metrics['gradient-variance']! };
      }, [bias]);
      return { shown: value.shown, gradient: grads[0]! };
    });

    const draw = draws(3);
    const picture = Array.from({ length: SIDE * SIDE }, () => Math.floor(draw() * 256));
    const pixels = Uint8Array.from({ length: COPIES * SIDE * SIDE }, (_, at) => picture[at % picture.length]!);
    let shown = 0;
    const found: Float32Array[] = [];
    for (let step = 1; step <= STEPS; step++) {
      const one = look.run({ pixels, step });
      shown += one.shown.data[0]! / STEPS;
      found.push(Float32Array.from(one.gradient.data));
    }
    // The bias’s gradient is the mean of the copies’ gradients with respect to their logits, which are independent.
    const scatter = Array.from(found[0]!, (_, at) => {
      const values = found.map((one) => one[at]!);
      const mean = values.reduce((sum, one) => sum + one) / STEPS;
      return (COPIES * values.reduce((sum, one) => sum + (one - mean) ** 2, 0)) / (STEPS - 1);
    }).reduce((sum, one) => sum + one);
    expect(shown / scatter).toBeGreaterThan(0.85);
    expect(shown / scatter).toBeLessThan(1.15);
  });
});

describe('the schema', () => {
  it.each(['rloo', 'vimco'])('refuses %s with one draw, which has no others to be compared with', (estimator) => {
    const parsed = discreteVaeSchema.safeParse({ kind: 'discrete-vae', estimator, samples: 1 });
    expect(parsed.error?.issues).toMatchObject([{ path: ['samples'] }]);
    expect(discreteVaeSchema.safeParse({ kind: 'discrete-vae', estimator, samples: 2 }).success).toBe(true);
  });
});
