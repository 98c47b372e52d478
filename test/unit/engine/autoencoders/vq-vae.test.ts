import { afterEach, describe, expect, it } from 'vitest';
import { type VqVaeSpec, trainingSchema, vqVaeSchema } from '../../../../shared/specs';
import { createAutoencoder, only } from '../../../../main/engine/autoencoders';
import { type Program, createProgram, gradients } from '../../../../main/engine/tensorflow/graph';
import { learnerOf } from '../../../../main/engine/training/autoencoder-session';
import { defineTrainStep } from '../../../../main/engine/training/train-step';
import { draws } from '../training/fixture';
import { fromPixels, toPixels } from '../../../support/pixels';

const programs: Program[] = [];
afterEach(() => programs.splice(0).forEach((program) => program.dispose()));

function build(input: object, signal: { kind: 'picture'; height: number; width: number; channels: 1 | 3 }) {
  const program = createProgram({ seed: 4 });
  programs.push(program);
  const spec: VqVaeSpec = vqVaeSchema.parse({
    hidden: 6,
    residualLayers: 1,
    residualHidden: 4,
    ...input,
    quantizer: { kind: 'vector', codes: 12, dimension: 3, ...(input as { quantizer?: object }).quantizer },
  });
  return { program, model: createAutoencoder(program, spec, { signal, dataVariance: 0.1, seed: 4 }) };
}

const noise = (length: number) => {
  const draw = draws(9);
  return Uint8Array.from({ length }, () => Math.floor(draw() * 256));
};

describe('a VQ-VAE', () => {
  const cases: [number, number, 1 | 3, number][] = [
    [16, 16, 1, 1],
    [16, 16, 3, 5],
    [28, 28, 1, 2],
    [17, 31, 3, 3],
    [64, 48, 3, 4],
    [33, 255, 1, 5],
    [256, 256, 3, 3],
  ];
  it.each(cases)(
    'takes pictures of %i × %i with %i channels at %i downsamplings',
    (height, width, channels, downsamplings) => {
      const { program, model } = build({ downsamplings }, { kind: 'picture', height, width, channels });
      const factor = 2 ** downsamplings;
      const axes = [Math.ceil(height / factor), Math.ceil(width / factor)];
      expect(model.latent).toMatchObject({ kind: 'codes', levels: [{ axes, depth: 1, codes: 12 }] });
      const feeds = { pixels: { shape: [2, height, width, channels], dtype: 'uint8' } } as const;
      const look = program.define('look', { feeds }, ({ pixels }) => {
        const latents = model.encode(fromPixels(pixels));
        return { indices: only(latents), back: toPixels(model.decode(latents)) };
      });
      const { indices, back } = look.run({ pixels: noise(2 * height * width * channels) });
      expect(indices.shape).toEqual([2, ...axes]);
      expect(Math.min(...indices.data)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...indices.data)).toBeLessThan(12);
      expect(back.shape).toEqual([2, height, width, channels]);
    },
  );

  it('continues the border where sides are not divisible: what is beyond changes nothing', () => {
    const picture = noise(18 * 18);
    const encode = (side: number, pixels: Uint8Array) => {
      const { program, model } = build({}, { kind: 'picture', height: side, width: side, channels: 1 });
      const feeds = { pixels: { shape: [1, side, side, 1], dtype: 'uint8' } } as const;
      return [
        ...program
          .define('encode', { feeds }, (fed) => ({ indices: only(model.encode(fromPixels(fed.pixels))) }))
          .run({ pixels }).indices.data,
      ];
    };
    const padded = Uint8Array.from(
      { length: 400 },
      (_, at) => picture[Math.min(17, Math.floor(at / 20)) * 18 + Math.min(17, at % 20)]!,
    );
    expect(encode(18, picture)).toEqual(encode(20, padded));
  });

  it.each(['ema', 'gradient'])('has a gradient for every weight with a codebook learnt by %s', (update) => {
    const { program, model } = build(
      { downsamplings: 3, quantizer: { update } },
      { kind: 'picture', height: 20, width: 16, channels: 3 },
    );
    const variables = program.trainable;
    expect(variables.some(({ name }) => name === 'quantizer/codebook')).toBe(update === 'gradient');
    const feeds = { pixels: { shape: [3, 20, 16, 3], dtype: 'uint8' }, step: { shape: [], dtype: 'int32' } } as const;
    const look = program.define('look', { feeds }, ({ pixels, step }) => {
      const { grads } = gradients(() => ({ loss: model.loss(fromPixels(pixels), step).total }), variables);
      return Object.fromEntries(grads.map((gradient, at) => [`g${at}`, gradient]));
    });
    const found = look.run({ pixels: noise(3 * 20 * 16 * 3), step: 1 }) as Record<string, { data: Float32Array }>;
    variables.forEach(({ name }, at) => {
      expect(found[`g${at}`]!.data.every(Number.isFinite), name).toBe(true);
      expect(
        found[`g${at}`]!.data.some((value) => value !== 0),
        name,
      ).toBe(true);
    });
  });

  it.each(['ema', 'gradient'])(
    'trains captured as it does eagerly, revival included, with a codebook learnt by %s',
    (update) => {
      const settings = trainingSchema.parse({ batch: 4, learningRate: 1e-3, steps: 8 });
      const signal = { kind: 'picture', height: 16, width: 16, channels: 1 } as const;
      const sides = [true, false].map((captured) => {
        const { program, model } = build({ quantizer: { update, reviveAfter: 2 } }, signal);
        if (!captured) program.run = (name, feeds) => program.runEagerly(name, feeds);
        const train = defineTrainStep(program, learnerOf(model, 4, 0.1), settings);
        const losses = Array.from({ length: 8 }, (_, at) => train.run({ stored: noise(4 * 256) }, at + 1).loss);
        return { losses, state: program.read() };
      });
      const [captured, eager] = sides;
      captured!.losses.forEach((loss, at) => expect(loss).toBeCloseTo(eager!.losses[at]!, 4));
      for (const [name, { data }] of Object.entries(captured!.state)) {
        data.forEach((value, at) => expect(Math.abs(value - eager!.state[name]!.data[at]!), name).toBeLessThan(2e-3));
      }
    },
  );
});

describe('pixels', () => {
  it('survive the way into the model’s range and back, all 256 of them', () => {
    const { program } = build({}, { kind: 'picture', height: 16, width: 16, channels: 1 });
    const feeds = { pixels: { shape: [256], dtype: 'uint8' } } as const;
    const there = program.define('there', { feeds }, ({ pixels }) => ({
      range: fromPixels(pixels),
      back: toPixels(fromPixels(pixels)),
    }));
    const all = Uint8Array.from({ length: 256 }, (_, value) => value);
    const { range, back } = there.run({ pixels: all });
    expect([...back.data]).toEqual([...all]);
    expect([range.data[0], range.data[255]]).toEqual([-0.5, 0.5]);
  });
});
