import { afterAll, describe, expect, it, vi } from 'vitest';
import { autoencoderSchema } from '../../shared/specs';
import { createAutoencoder } from '../../main/engine/autoencoders';
import { logMeanExp } from '../../main/engine/numerics/log-mean-exp';
import { type Program, type Variable, createProgram, gradients, item } from '../../main/engine/tensorflow/graph';
import type * as Random from '../../main/engine/tensorflow/ops/random';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';
import { fromPixels } from '../support/pixels';

/** What PyTorch drew, in place of our own. */
let injected: Record<'noise' | 'uniform', Variable> | undefined;
vi.mock('../../main/engine/tensorflow/ops/random', async (original) => {
  const random = await original<typeof Random>();
  const first = (variable: Variable, shape: readonly number[]) => {
    const value = variable.read();
    return ops.slice(
      value,
      value.shape.map(() => 0),
      shape,
    );
  };
  return {
    ...random,
    normal: (shape: readonly number[], seed: ReturnType<typeof random.seedOf>) =>
      injected ? first(injected.noise, shape) : random.normal(shape, seed),
    uniform: (shape: readonly number[], seed: ReturnType<typeof random.seedOf>) =>
      injected ? first(injected.uniform, shape) : random.uniform(shape, seed),
  };
});

const torch = golden('torch-variational.npz');
const [N = 0, H = 0, W = 0] = torch.shape('pixels');
const [DRAWS = 0, , LATENT = 0] = torch.shape('noise');
const signal = { kind: 'picture', height: H, width: W, channels: 1 } as const;
const gaussian = { kind: 'gaussian', deviation: 0.15, learnt: true };
const binary = { kind: 'bernoulli', binarise: true };
const probabilities = { kind: 'bernoulli', binarise: false };
const TOLERANCE = 2e-6;

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

/** The model with PyTorch's weights, and its loss with all gradients on PyTorch's pictures and noise. */
function build(input: object) {
  const program = createProgram();
  programs.push(program);
  const network = { kind: 'dense', layers: 2, width: 7, activation: 'tanh' };
  const spec = autoencoderSchema.parse({ latent: LATENT, network, ...input });
  const model = createAutoencoder(program, spec, { signal, dataVariance: 0.1, seed: 1 });
  const variables = program.trainable;
  for (const { name } of variables)
    if (!name.startsWith('likelihood/')) program.load({ [name]: torch.floats(`weights/${name}`) });
  const given = {
    noise: program.variable('noise', { shape: [DRAWS, N, LATENT] }, { trainable: false }),
    uniform: program.variable('uniform', { shape: [N, H, W, 1] }, { trainable: false }),
  };
  program.load({ noise: torch.floats('noise'), uniform: torch.floats('uniform') });
  const feeds = { pixels: { shape: [N, H, W, 1], dtype: 'uint8' } } as const;
  const one = () => ops.scalar(1, 'int32');
  const look = program.define('look', { feeds }, ({ pixels }): Record<string, ReturnType<typeof ops.scalar>> => {
    const images = fromPixels(pixels);
    const { value, grads } = gradients(() => {
      const { total, terms } = model.loss(images, one());
      return { loss: total, ...terms };
    }, variables);
    return {
      ...value,
      ...Object.fromEntries(grads.map((gradient, at) => [`gradient/${variables[at]!.name}`, gradient])),
      ...Object.fromEntries(
        Object.entries(model.measure!(images, one())).map(([name, found]) => [`measure/${name}`, found]),
      ),
      weights: model.importance!.logWeights(images, DRAWS, { batch: one(), call: one() }),
    };
  });
  injected = given;
  try {
    return { variables, found: look.run({ pixels: torch.bytes('pixels') }) };
  } finally {
    injected = undefined;
  }
}

function expectGradients({ variables, found }: ReturnType<typeof build>, name: string): void {
  expect(Math.abs(item(found.loss!) / torch.doubles(`${name}/loss`)[0]! - 1)).toBeLessThan(TOLERANCE);
  for (const variable of variables) {
    const gradient = found[`gradient/${variable.name}`]!.data;
    expect(relativeError(gradient, torch.floats(`${name}/gradient/${variable.name}`)), variable.name).toBeLessThan(
      2e-5,
    );
  }
}

describe('a VAE has the loss, its terms and all gradients that PyTorch finds', () => {
  it.each([
    ['vae-gaussian', { likelihood: gaussian }],
    ['vae-beta', { likelihood: gaussian, beta: 0.4, freeBits: 0.25 }],
    ['vae-binary', { likelihood: binary }],
    ['vae-probabilities', { likelihood: probabilities }],
  ])('%s', (name, options) => {
    const built = build({ kind: 'vae', ...options });
    expectGradients(built, name);
    for (const term of ['reconstruction', 'kl'])
      expect(Math.abs(item(built.found[term]!) / torch.doubles(`${name}/${term}`)[0]! - 1), term).toBeLessThan(
        TOLERANCE,
      );
    expect(relativeError(built.found['measure/elbo']!.data, torch.doubles(`${name}/elbos`))).toBeLessThan(TOLERANCE);
  });
});

describe('an IWAE has the bound, the weights and all gradients that PyTorch finds', () => {
  const likelihoods = { gaussian, binary, probabilities };
  it.each(Object.entries(likelihoods))('%s', (name, likelihood) => {
    const built = build({ kind: 'iwae', samples: DRAWS, likelihood });
    expectGradients(built, `iwae-${name}`);
    const bounds = torch.doubles(`iwae-${name}/bounds`);
    expect(relativeError(built.found[`measure/iwae-${DRAWS}`]!.data, bounds)).toBeLessThan(TOLERANCE);
    const weights = built.found.weights!.data;
    expect(relativeError(weights, torch.doubles(`iwae-${name}/weights`))).toBeLessThan(TOLERANCE);
    const outside = bounds.map((_, each) =>
      logMeanExp(Array.from({ length: DRAWS }, (__, draw) => weights[draw * N + each]!)),
    );
    expect(relativeError(outside, bounds)).toBeLessThan(TOLERANCE);
  });

  it.each(Object.entries(likelihoods))('%s, doubly reparameterised', (name, likelihood) => {
    expectGradients(build({ kind: 'iwae', samples: DRAWS, likelihood, estimator: 'dreg' }), `dreg-${name}`);
  });
});
