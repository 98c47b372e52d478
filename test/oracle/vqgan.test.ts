import { afterAll, describe, expect, it } from 'vitest';
import { autoencoderSchema, type RunSpec, runSpecSchema } from '../../shared/specs';
import { createAutoencoder } from '../../main/engine/autoencoders';
import { stepScalars } from '../../main/engine/nn';
import { type Program, createProgram, gradients } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { learnerOf } from '../../main/engine/training/autoencoder-session';
import { defineTrainStep } from '../../main/engine/training/train-step';
import { golden, relativeError } from './golden';
import { fromPixels } from '../support/pixels';

interface Shared {
  height: number;
  width: number;
  channels: 1 | 3;
  codes: number;
  dimension: number;
  loss: 'hinge' | 'non-saturating';
  adaptive: boolean;
  weight: number;
  penalty: number;
  norm: 'batch' | 'group' | 'none';
  layers: number;
  ndf: number;
  start: number;
  variance: number;
  rate: number;
}
interface Convolutional extends Shared {
  model: 'vqgan';
  multiples: number[];
  base: number;
  groups: number;
  latent: number;
  attention: number;
  pixel: 'l1' | 'l2';
}
interface Transforming extends Shared {
  model: 'vit-vqgan';
  patch: number;
  wide: number;
  heads: number;
  depth: number;
  inner: number;
  squared: number;
  laplace: number;
}
type Configuration = Convolutional | Transforming;

function modelOf(c: Configuration): object {
  const { weight, start, adaptive, loss, penalty, layers, ndf, norm } = c;
  const judged = {
    perceptual: { weight: 0 },
    adversarial: { weight, start, adaptive, loss, penalty, penaltyEvery: 1, layers, channels: ndf, norm },
  };
  const learnt = { codes: c.codes, dimension: c.dimension, update: 'gradient' };
  if (c.model === 'vit-vqgan') {
    const side = { width: c.wide, layers: c.depth, heads: c.heads };
    const quantizer = { kind: 'factorised', ...learnt, codeDimension: c.inner };
    const weights = { squared: c.squared, logitLaplace: c.laplace };
    return { kind: c.model, patch: c.patch, encoder: side, decoder: side, quantizer, ...weights, ...judged };
  }
  const { base, multiples, groups, attention, latent, pixel } = c;
  const network = { channels: base, multiples, blocks: 1, groups, attention, latentChannels: latent };
  return { kind: c.model, ...network, reconstruction: pixel, quantizer: { kind: 'vector', ...learnt }, ...judged };
}

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

const cases = ['hinge', 'non-saturating', 'vit'] as const;

describe.each(cases)('VQGAN and ViT-VQGAN against PyTorch: %s', (name) => {
  const file = golden(`torch-vqgan-${name}.npz`);
  const c = JSON.parse(file.text('configuration')) as Configuration;
  const [steps = 0, batch = 0] = file.shape('pixels');
  const batchBytes = batch * c.height * c.width * c.channels;
  const pixels = (step: number) => file.bytes('pixels').slice((step - 1) * batchBytes, step * batchBytes);
  const spec: RunSpec = runSpecSchema.parse({
    dataset: 'd',
    model: modelOf(c),
    training: { batch, steps, learningRate: c.rate, optimizer: { kind: 'adam', beta1: 0.5, beta2: 0.9 } },
  });

  function build() {
    const program = createProgram();
    programs.push(program);
    const signal = { kind: 'picture', height: c.height, width: c.width, channels: c.channels } as const;
    const model = createAutoencoder(program, autoencoderSchema.parse(spec.model), {
      signal,
      dataVariance: c.variance,
      seed: 1,
    });
    const train = defineTrainStep(program, learnerOf(model, batch, c.variance), spec.training);
    const start = file.names.filter((one) => one.startsWith('start/'));
    expect(start.map((one) => one.slice(6)).sort()).toEqual(program.trainable.map((one) => one.name).sort());
    program.load(Object.fromEntries(start.map((one) => [one.slice(6), file.floats(one)])));
    return { program, model, train };
  }

  it('has the same codes, reconstruction, terms, adaptive weight and gradients from the same weights', () => {
    const { program, model } = build();
    const variables = program.trainable;
    const scalars = stepScalars(program);
    const feeds = {
      images: { shape: [batch, c.height, c.width, c.channels], dtype: 'uint8' },
      scalars: scalars.feed,
    } as const;
    const look = program.define('look', { feeds }, (fed) =>
      scalars.within(fed.scalars, () => {
        const images = fromPixels(fed.images);
        const [indices] = model.encode(images);
        const step = ops.scalar(c.start + 1, 'int32');
        const { value, grads } = gradients(() => {
          const { total, reconstruction, terms, metrics } = model.loss(images, step);
          return { loss: total, ...terms, ...metrics, picture: reconstruction };
        }, variables);
        return { ...value, indices: indices!, ...Object.fromEntries(grads.map((one, at) => [`gradient-${at}`, one])) };
      }),
    );
    const found = look.run({ images: pixels(1), scalars: scalars.valuesAt(c.start + 1, steps) }) as Record<
      string,
      { data: Float32Array }
    >;
    expect([...found.indices!.data]).toEqual([...file.integers('indices')]);
    expect(relativeError(found.picture!.data, file.floats('reconstruction'))).toBeLessThan(1e-5);
    for (const one of file.names.filter((each) => each.startsWith('first/'))) {
      const expected = file.floats(one)[0]!;
      expect(Math.abs(found[one.slice(6)]!.data[0]! - expected), one).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(expected)),
      );
    }
    variables.forEach(({ name: of }, at) => {
      const expected = file.floats(`gradient/${of}`);
      const whole = found[`gradient-${at}`]!.data;
      const some = whole.length <= 64 ? whole : whole.filter((_, place) => place % 13 === 0);
      expect(relativeError(some, expected), of).toBeLessThan(3e-4);
    });
  });

  it('learns the same way over the onset of the discriminator, and keeps the same running statistics', () => {
    const { program, train } = build();
    const at = (key: string, step: number) => file.floats(`curve/${key}`)[step - 1]!;
    for (let step = 1; step <= steps; step++) {
      const { terms, metrics } = train.run({ stored: pixels(step) }, step);
      const { perplexity: _perplexity, ...compared } = { ...terms, ...metrics };
      for (const [key, value] of Object.entries(compared)) {
        expect(value, `${key} at step ${step}`).toBeCloseTo(at(key, step), 3);
        if (step <= c.start && /^(adversarial|discriminator|discriminator-weight)$/.test(key))
          expect(Math.abs(value), `${key} at step ${step}`).toBe(0);
      }
    }
    const state = program.read();
    for (const one of file.names.filter((each) => each.startsWith('running/')))
      expect(relativeError(state[one.slice(8)]!.data, file.floats(one)), one).toBeLessThan(1e-3);
  });
});
