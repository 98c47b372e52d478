import { afterAll, describe, expect, it } from 'vitest';
import { trainingSchema, vqVaeSchema } from '../../shared/specs';
import { createAutoencoder, only } from '../../main/engine/autoencoders';
import { type Program, createProgram, gradients } from '../../main/engine/tensorflow/graph';
import { learnerOf } from '../../main/engine/training/autoencoder-session';
import { defineTrainStep } from '../../main/engine/training/train-step';
import { golden, relativeError } from './golden';
import { fromPixels } from '../support/pixels';

interface Configuration {
  height: number;
  width: number;
  channels: 1 | 3;
  hidden: number;
  layers: number;
  inner: number;
  downs: number;
  codes: number;
  dimension: number;
  variance: number;
}

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

describe.each(['ema', 'gradient'] as const)('a VQ-VAE with its codebook learnt by %s, against PyTorch', (update) => {
  const file = golden(`torch-vq-vae-${update}.npz`);
  const c = JSON.parse(file.text('configuration')) as Configuration;
  const spec = vqVaeSchema.parse({
    hidden: c.hidden,
    residualLayers: c.layers,
    residualHidden: c.inner,
    downsamplings: c.downs,
    quantizer: { kind: 'vector', codes: c.codes, dimension: c.dimension, update },
  });
  const [steps = 0, batch = 0] = file.shape('pixels');
  const batchBytes = batch * c.height * c.width * c.channels;
  const pixels = (step: number) => file.bytes('pixels').slice((step - 1) * batchBytes, step * batchBytes);
  const at = (key: string, step: number) => file.floats(`curve/${key}`)[step - 1]!;

  function build() {
    const program = createProgram();
    programs.push(program);
    const model = createAutoencoder(program, spec, {
      signal: { kind: 'picture', height: c.height, width: c.width, channels: c.channels },
      dataVariance: c.variance,
      seed: 1,
    });
    const train = defineTrainStep(
      program,
      learnerOf(model, batch, c.variance),
      trainingSchema.parse({ batch, learningRate: 1e-3, steps }),
    );
    const start = file.names.filter((name) => name.startsWith('start/'));
    expect(start.map((name) => name.slice(6)).sort()).toEqual(model.weights.map(({ name }) => name).sort());
    program.load(Object.fromEntries(start.map((name) => [name.slice(6), file.floats(name)])));
    return { program, model, train };
  }

  it('has the same codes, reconstruction and gradients from the same weights', () => {
    const { program, model } = build();
    const variables = program.trainable;
    const feeds = {
      images: { shape: [batch, c.height, c.width, c.channels], dtype: 'uint8' },
      step: { shape: [], dtype: 'int32' },
    } as const;
    const look = program.define('look', { feeds }, ({ images, step }) => {
      const { value, grads } = gradients(() => {
        const { total, reconstruction } = model.loss(fromPixels(images), step);
        return { loss: total, reconstruction };
      }, variables);
      const indices = only(model.encode(fromPixels(images)));
      return {
        ...value,
        indices,
        ...Object.fromEntries(grads.map((gradient, index) => [`gradient-${index}`, gradient])),
      };
    });
    const found = look.run({ images: pixels(1), step: 1 }) as Record<string, { data: Float32Array }>;
    expect([...found.indices!.data]).toEqual([...file.integers('indices')]);
    expect(relativeError(found.reconstruction!.data, file.floats('reconstruction'))).toBeLessThan(1e-5);
    variables.forEach(({ name }, index) => {
      expect(relativeError(found[`gradient-${index}`]!.data, file.floats(`gradient/${name}`)), name).toBeLessThan(1e-4);
    });
  });

  it('learns the same way over ten steps of Adam', () => {
    const { program, train } = build();
    for (let step = 1; step <= steps; step++) {
      const found = train.run({ stored: pixels(step) }, step);
      expect(found.loss, `loss at step ${step}`).toBeCloseTo(at('total', step), 4);
      expect(found.metrics.perplexity, `perplexity at step ${step}`).toBeCloseTo(at('perplexity', step), 3);
      for (const [term, value] of Object.entries(found.terms)) expect(value).toBeCloseTo(at(term, step), 4);
      const state = program.read();
      for (const name of file.names.filter((one) => one.startsWith(`after${step}/`))) {
        const ours = name.slice(`after${step}/`.length).replace(/^(counts|sums)$/, 'quantizer/ema/$1');
        expect(relativeError(state[ours]!.data, file.floats(name)), name).toBeLessThan(1e-3);
      }
    }
  });
});
