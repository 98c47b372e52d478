import { afterAll, describe, expect, it } from 'vitest';
import { vqVae2Schema } from '../../shared/specs';
import { createAutoencoder } from '../../main/engine/autoencoders';
import { type Program, createProgram, gradients } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';
import { fromPixels } from '../support/pixels';

interface Configuration {
  height: number;
  width: number;
  channels: 1 | 3;
  levels: number;
  hidden: number;
  layers: number;
  inner: number;
  codes: number;
  top: number;
  dimension: number;
  variance: number;
}

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

describe.each(['two', 'three'])('a VQ-VAE-2 of %s levels, against PyTorch', (name) => {
  const file = golden(`torch-vq-vae-2-${name}.npz`);
  const c = JSON.parse(file.text('configuration')) as Configuration;
  const spec = vqVae2Schema.parse({
    kind: 'vq-vae-2',
    levels: c.levels,
    hidden: c.hidden,
    residualLayers: c.layers,
    residualHidden: c.inner,
    top: { kind: 'vector', codes: c.codes, dimension: c.top },
    quantizer: { kind: 'vector', codes: c.codes, dimension: c.dimension },
  });
  const [batch = 0] = file.shape('pixels');
  const program = createProgram();
  programs.push(program);
  const { height, width, channels } = c;
  const model = createAutoencoder(program, spec, {
    signal: { kind: 'picture', height, width, channels },
    dataVariance: c.variance,
    seed: 1,
  });
  const levels = Array.from({ length: c.levels }, (_, at) => at + 1);

  it('has the same weights, codes, reconstruction, loss and gradients', () => {
    const weights = file.names.filter((one) => one.startsWith('weight/')).map((one) => one.slice(7));
    expect([...weights].sort()).toEqual(model.weights.map((one) => one.name).sort());
    for (const { name: weight, shape } of model.weights) expect(shape).toEqual(file.shape(`weight/${weight}`));
    program.load(Object.fromEntries(weights.map((one) => [one, file.floats(`weight/${one}`)])));

    const variables = program.trainable;
    const feeds = { pixels: { shape: [batch, height, width, channels], dtype: 'uint8' } } as const;
    const look = program.define('look', { feeds }, ({ pixels }) => {
      const images = fromPixels(pixels);
      const { value, grads } = gradients(() => {
        const { total, terms, reconstruction } = model.loss(images, ops.scalar(1, 'int32'));
        return { loss: total, ...terms, reconstructed: reconstruction };
      }, variables);
      const latents = model.encode(images);
      return {
        ...value,
        ...Object.fromEntries(latents.map((one, level) => [`indices${level + 1}`, one])),
        decoded: model.decode(latents),
        ...Object.fromEntries(grads.map((gradient, index) => [`gradient-${index}`, gradient])),
      };
    });
    const found = look.run({ pixels: file.bytes('pixels') }) as Record<string, { data: Float32Array; shape: number[] }>;
    for (const level of levels) {
      expect(found[`indices${level}`]!.shape).toEqual(file.shape(`indices${level}`));
      expect([...found[`indices${level}`]!.data]).toEqual([...file.integers(`indices${level}`)]);
      expect(new Set(found[`indices${level}`]!.data).size).toBeGreaterThan(1);
      expect(relativeError(found[`commitment-${level}`]!.data, file.floats(`commitment${level}`))).toBeLessThan(1e-4);
    }
    expect(relativeError(found.reconstruction!.data, file.floats('nmse'))).toBeLessThan(1e-5);
    expect(relativeError(found.reconstructed!.data, file.floats('reconstruction'))).toBeLessThan(1e-5);
    expect(relativeError(found.decoded!.data, file.floats('reconstruction'))).toBeLessThan(1e-5);
    expect(variables).toHaveLength(weights.length - c.levels);
    variables.forEach(({ name: variable }, index) => {
      const expected = file.floats(`gradient/${variable}`);
      expect(relativeError(found[`gradient-${index}`]!.data, expected), variable).toBeLessThan(1e-4);
    });
  });
});
