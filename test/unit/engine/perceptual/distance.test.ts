import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createAutoencoder } from '../../../../main/engine/autoencoders';
import { readNpz } from '../../../../main/engine/formats/npz';
import { isTrunkSetUp, isTrunkWeight, perceptualDistance } from '../../../../main/engine/perceptual';
import { createProgram } from '../../../../main/engine/tensorflow/graph';
import { learnerOf } from '../../../../main/engine/training/autoencoder-session';
import { defineTrainStep } from '../../../../main/engine/training/train-step';
import { trainingState } from '../../../../main/engine/training/training-state';
import { autoencoderSchema, runSpecSchema } from '../../../../shared/specs';
import { fromPixels } from '../../../support/pixels';

/** Two real pictures of 40 × 36 px. */
const { data, shape } = readNpz(
  new Uint8Array(readFileSync(new URL('../../../oracle/golden/torch-perceptual.npz', import.meta.url))),
).arrays.images!;

describe.skipIf(!isTrunkSetUp())('the perceptual distance', () => {
  it('grows with noise and with blur, and is largest between different pictures', () => {
    const program = createProgram();
    const distance = perceptualDistance(program);
    const feed = { shape, dtype: 'uint8' } as const;
    const run = program.define('distance', { feeds: { a: feed, b: feed } }, ({ a, b }) => ({
      found: distance(fromPixels(a), fromPixels(b)),
    }));
    const images = Uint8Array.from(data as Uint8Array);
    const [, height = 0, width = 0] = shape;
    const to = (changed: Uint8Array) => run.run({ a: changed, b: images }).found.data[0]!;
    const noisy = (much: number) =>
      images.map((value, at) => Math.min(255, Math.max(0, value + much * Math.sin(at * 12.9898) * 78.233)));
    /** Means over 2·reach + 1 pixels of a row. */
    const blurred = (reach: number) =>
      images.map((_, at) => {
        const column = Math.floor(at / 3) % width;
        let sum = 0;
        for (let by = -reach; by <= reach; by++)
          sum += images[at + 3 * (Math.min(width - 1, Math.max(0, column + by)) - column)]!;
        return sum / (2 * reach + 1);
      });
    const itemBytes = height * width * 3;
    const swapped = new Uint8Array([...images.subarray(itemBytes), ...images.subarray(0, itemBytes)]);
    const found = [noisy(0.05), noisy(0.2), noisy(0.6)].map(to);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    const soft = [blurred(1), blurred(3), blurred(7)].map(to);
    expect(soft).toEqual([...soft].sort((a, b) => a - b));
    expect(to(swapped)).toBeGreaterThan(Math.max(...found.slice(0, 2), ...soft.slice(0, 2)));
    program.dispose();
  });

  it('leaves no weights of its network in checkpoints', () => {
    const spec = runSpecSchema.parse({
      dataset: 'pets',
      model: {
        kind: 'vq-vae',
        hidden: 8,
        residualLayers: 1,
        residualHidden: 4,
        quantizer: { codes: 16, dimension: 4 },
      },
      training: { steps: 2, batch: 2 },
    });
    const program = createProgram();
    const model = createAutoencoder(program, autoencoderSchema.parse(spec.model), {
      signal: { kind: 'picture', height: 16, width: 16, channels: 3 },
      dataVariance: 0.05,
      seed: 1,
    });
    perceptualDistance(program);
    expect(program.variables.some(({ name }) => isTrunkWeight(name))).toBe(true);
    const { weights, optimizer } = trainingState(
      program,
      model,
      defineTrainStep(program, learnerOf(model, 2, 0.1), spec.training),
    ).read();
    const names = [...Object.keys(weights), ...Object.keys(optimizer)];
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter(isTrunkWeight)).toEqual([]);
    program.dispose();
  });
});
