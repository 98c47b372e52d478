import { afterEach, describe, expect, it } from 'vitest';
import { trainingSchema, vqVaeSchema } from '../../../../shared/specs';
import { createAutoencoder } from '../../../../main/engine/autoencoders';
import { type Program, createProgram, gradients } from '../../../../main/engine/tensorflow/graph';
import { learnerOf } from '../../../../main/engine/training/autoencoder-session';
import { defineTrainStep } from '../../../../main/engine/training/train-step';
import { draws } from '../training/fixture';
import { fromPixels } from '../../../support/pixels';

const programs: Program[] = [];
afterEach(() => programs.splice(0).forEach((program) => program.dispose()));

const quantizers: Record<string, object> = {
  'a rotated, diverse EMA codebook': { kind: 'vector', rotation: true, diversity: 0.1, reviveAfter: 2 },
  'an orthogonal codebook with its own rate': {
    kind: 'vector',
    update: 'gradient',
    orthogonality: 1,
    codebookRate: 3,
    codebookWeight: 0.5,
    reviveAfter: 2,
  },
  'a frozen codebook': { kind: 'vector', update: 'frozen' },
  'unit codes by EMA': { kind: 'cosine', reviveAfter: 2 },
  'unit codes by gradient': { kind: 'cosine', update: 'gradient', reviveAfter: 2 },
  'factorised codes': { kind: 'factorised', codeDimension: 2, update: 'gradient' },
  SimVQ: { kind: 'simvq' },
  'Gumbel-softmax': { kind: 'gumbel' },
};

function build(quantizer: object) {
  const program = createProgram({ seed: 4 });
  programs.push(program);
  const spec = vqVaeSchema.parse({
    hidden: 6,
    residualLayers: 1,
    residualHidden: 4,
    quantizer: { codes: 12, dimension: 3, ...quantizer },
  });
  return {
    program,
    model: createAutoencoder(program, spec, {
      signal: { kind: 'picture', height: 16, width: 16, channels: 1 },
      dataVariance: 0.1,
      seed: 4,
    }),
  };
}

function noise(length: number): Uint8Array {
  const draw = draws(9);
  return Uint8Array.from({ length }, () => Math.floor(draw() * 256));
}

describe.each(Object.entries(quantizers))('a model with %s', (_name, quantizer) => {
  it('trains captured as it does eagerly', () => {
    const [captured, eager] = [true, false].map((isCaptured) => {
      const { program, model } = build(quantizer);
      if (!isCaptured) program.run = (name, feeds) => program.runEagerly(name, feeds);
      const train = defineTrainStep(
        program,
        learnerOf(model, 4, 0.1),
        trainingSchema.parse({ batch: 4, learningRate: 1e-3, steps: 8 }),
      );
      const losses = Array.from({ length: 8 }, (_, at) => train.run({ stored: noise(4 * 256) }, at + 1).loss);
      return { losses, state: program.read() };
    });
    captured!.losses.forEach((loss, at) => expect(loss).toBeCloseTo(eager!.losses[at]!, 4));
    for (const [name, { data }] of Object.entries(captured!.state))
      data.forEach((value, at) => expect(Math.abs(value - eager!.state[name]!.data[at]!), name).toBeLessThan(2e-3));
  });

  it('has a gradient for every trained weight', () => {
    const { program, model } = build(quantizer);
    const variables = program.trainable;
    const feeds = { pixels: { shape: [4, 16, 16, 1], dtype: 'uint8' }, step: { shape: [], dtype: 'int32' } } as const;
    const look = program.define('look', { feeds }, ({ pixels, step }) => {
      const { grads } = gradients(() => ({ loss: model.loss(fromPixels(pixels), step).total }), variables);
      return Object.fromEntries(grads.map((gradient, at) => [`g${at}`, gradient]));
    });
    const found = look.run({ pixels: noise(4 * 256), step: 1 }) as Record<string, { data: Float32Array }>;
    variables.forEach(({ name }, at) => {
      const gradient = found[`g${at}`]!.data;
      expect(gradient.every(Number.isFinite), name).toBe(true);
      expect(
        gradient.some((value) => value !== 0),
        name,
      ).toBe(true);
    });
  });
});
