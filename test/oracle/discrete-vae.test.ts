import { afterAll, describe, expect, it, vi } from 'vitest';
import { discreteVaeSchema } from '../../shared/specs';
import { createAutoencoder } from '../../main/engine/autoencoders';
import { type Program, constant, createProgram, gradients } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';
import { fromPixels } from '../support/pixels';

const file = golden('torch-discrete-vae.npz');
// Draws are what can't be had from another library: both sides are given the same.
vi.mock('../../main/engine/tensorflow/ops/random', async (original) => ({
  ...(await original<object>()),
  gumbel: (shape: number[]) => {
    expect(shape).toEqual(file.shape('noise'));
    return constant([...file.floats('noise')], shape, 'float32');
  },
}));

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

const estimators = ['reinforce', 'baseline', 'rloo', 'vimco', 'gumbel', 'gumbel-st', 'straight-through'] as const;

describe.each(estimators)('a discrete VAE learnt by %s, against PyTorch', (estimator) => {
  const c = JSON.parse(file.text('configuration')) as Record<string, number>;
  const { height = 0, width = 0, batch = 0 } = c;
  const program = createProgram();
  programs.push(program);
  const spec = discreteVaeSchema.parse({
    kind: 'discrete-vae',
    variables: c.variables,
    codes: c.codes,
    estimator,
    samples: c.samples,
    temperature: c.tau,
    network: { kind: 'dense', layers: 1, width: c.width_hidden, activation: 'tanh' },
    likelihood: { kind: 'bernoulli', binarise: false },
  });
  const model = createAutoencoder(program, spec, {
    signal: { kind: 'picture', height, width, channels: 1 },
    dataVariance: 0.1,
    seed: 1,
  });

  it('has the same loss and gradients', () => {
    const weights = file.names.filter((one) => one.startsWith('weight/')).map((one) => one.slice(7));
    expect([...weights].sort()).toEqual(model.weights.map(({ name }) => name).sort());
    program.load(Object.fromEntries(weights.map((one) => [one, file.floats(`weight/${one}`)])));
    if (estimator === 'baseline') program.load({ baseline: Float32Array.of(c.baseline!) });

    const variables = program.trainable;
    const feeds = { pixels: { shape: [batch, height, width, 1], dtype: 'uint8' } } as const;
    const look = program.define('look', { feeds }, ({ pixels }) => {
      const { value, grads } = gradients(() => {
        const { total, terms, metrics } = model.loss(fromPixels(pixels), ops.scalar(1, 'int32'));
        const sum = ops.add(terms.reconstruction!, terms.kl!);
        return { loss: total, sum, variance: metrics['gradient-variance']! };
      }, variables);
      return { ...value, ...Object.fromEntries(grads.map((gradient, index) => [`gradient-${index}`, gradient])) };
    });
    const found = look.run({ pixels: file.bytes('pixels') }) as Record<string, { data: Float32Array }>;
    expect(relativeError(found.loss!.data, file.floats(`${estimator}/loss`))).toBeLessThan(1e-5);
    expect(relativeError(found.sum!.data, file.floats(`${estimator}/loss`))).toBeLessThan(1e-5);
    // Both estimates were given the same draws here.
    expect(found.variance!.data[0]).toBe(0);
    variables.forEach(({ name }, index) => {
      const expected = file.floats(`${estimator}/gradient/${name}`);
      expect(relativeError(found[`gradient-${index}`]!.data, expected), name).toBeLessThan(1e-4);
    });
  });
});
