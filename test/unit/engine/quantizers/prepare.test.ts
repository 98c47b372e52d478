import { afterEach, describe, expect, it } from 'vitest';
import { quantizerSchema, vqVaeSchema } from '../../../../shared/specs';
import { createAutoencoder } from '../../../../main/engine/autoencoders';
import { createQuantizer } from '../../../../main/engine/quantizers';
import { type Program, assign, createProgram } from '../../../../main/engine/tensorflow/graph';
import { draws } from '../training/fixture';
import { fromPixels } from '../../../support/pixels';

const programs: Program[] = [];
afterEach(() => programs.splice(0).forEach((program) => program.dispose()));

const [D, K] = [3, 32];

function build(input: object) {
  const program = createProgram({ seed: 2 });
  programs.push(program);
  const spec = quantizerSchema.parse({ codes: K, dimension: D, initialisation: 'k-means', ...input });
  const quantizer = createQuantizer(program, 'q', spec, 1);
  const feeds = {
    latents: { shape: [1, 4, 4, D], dtype: 'float32' },
    step: { shape: [], dtype: 'int32' },
  } as const;
  const look = program.define('step', { feeds }, ({ latents, step }) => {
    const { indices, updates } = quantizer.quantize(latents, step);
    for (const one of updates) if (one.kind === 'assign') assign(one.variable, one.value);
    return { indices };
  });
  return { program, quantizer, look };
}

function cloud(count: number): Float32Array {
  const draw = draws(8);
  return Float32Array.from({ length: count * D }, () => 10 + draw());
}

describe('a codebook begun by k-means', () => {
  it.each(['ema', 'gradient', 'frozen'])('gives every vector of a small cloud a near code (%s)', async (update) => {
    const { program, quantizer, look } = build({ kind: 'vector', update });
    const latents = cloud(400);
    await quantizer.prepare!(latents);
    const codebook = program.read()['q/codebook']!.data;
    expect(Math.min(...codebook)).toBeGreaterThan(10);
    const { indices } = look.run({ latents: latents.slice(0, 16 * D), step: 1 });
    expect(new Set(indices.data).size).toBeGreaterThan(8);
  });

  it('keeps codes that the first batches don’t use, instead of leaving them to empty averages', async () => {
    const { program, quantizer, look } = build({ kind: 'vector' });
    const latents = cloud(400);
    await quantizer.prepare!(latents);
    const before = [...program.read()['q/codebook']!.data];
    const { indices } = look.run({ latents: latents.slice(0, 16 * D), step: 1 });
    const used = new Set(indices.data);
    const after = program.read()['q/codebook']!.data;
    before.forEach((value, at) => {
      if (used.has(Math.floor(at / D))) return;
      expect(Math.abs(after[at]! - value)).toBeLessThan(1e-3);
    });
    expect([...after]).not.toEqual(before);
  });

  it('is fitted to the projected latents where codes are factorised', async () => {
    const { program, quantizer, look } = build({ kind: 'factorised', codeDimension: 2, normalised: false });
    const latents = cloud(400);
    await quantizer.prepare!(latents);
    const { 'q/codebook': codebook, 'q/down/kernel': kernel } = program.read();
    const centre = (columns: number, values: ArrayLike<number>) =>
      Array.from({ length: columns }, (_, column) => {
        const own = Array.from(values).filter((__, at) => at % columns === column);
        return own.reduce((sum, value) => sum + value, 0) / own.length;
      });
    const middle = centre(D, latents);
    const expected = [0, 1].map((to) => middle.reduce((sum, value, at) => sum + value * kernel!.data[at * 2 + to]!, 0));
    centre(2, codebook!.data).forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(0.3));
    expect(new Set(look.run({ latents: latents.slice(0, 16 * D), step: 1 }).indices.data).size).toBeGreaterThan(4);
  });

  it('is not asked for by quantizers that aren’t fitted', () => {
    for (const kind of ['vector', 'simvq', 'gumbel'])
      expect(build({ kind, initialisation: 'uniform' }).quantizer.prepare).toBeUndefined();
  });
});

describe('a model’s preparation', () => {
  const signal = { kind: 'picture', height: 16, width: 16, channels: 1 } as const;
  const picture = (number: number) => Uint8Array.from({ length: 256 }, (_, at) => (number * 89 + at * number) % 256);

  it('reads pictures from all over the split and fits the codebook to what the encoder makes of them', async () => {
    const program = createProgram({ seed: 2 });
    programs.push(program);
    const quantizer = { kind: 'vector', codes: 300, dimension: 4, initialisation: 'k-means' };
    const spec = vqVaeSchema.parse({ hidden: 8, residualHidden: 4, downsamplings: 2, quantizer });
    const model = createAutoencoder(program, spec, { signal, dataVariance: 0.1, seed: 3 });
    const seen = new Set<number>();
    const count = 2000;
    await model.prepare!({
      count,
      read(numbers) {
        for (const number of Array.from(numbers)) seen.add(number);
        return Uint8Array.from(Array.from(numbers).flatMap((number) => [...picture(number)]));
      },
    });
    // 32 vectors for each of 300 codes, 16 of a picture.
    expect(seen.size).toBe(600);
    expect([Math.min(...seen), Math.max(...seen)]).toEqual([0, Math.floor((599 * count) / 600)]);
    const feeds = { pixels: { shape: [8, 16, 16, 1], dtype: 'uint8' } } as const;
    const encode = program.define('encode', { feeds }, ({ pixels }) => ({
      indices: model.encode(fromPixels(pixels))[0]!,
    }));
    const others = Array.from({ length: 8 }, (_, at) => picture(at * 211 + 1));
    const { indices } = encode.run({ pixels: Uint8Array.from(others.flatMap((one) => [...one])) });
    expect(new Set(indices.data).size).toBeGreaterThan(40);
  });

  it('takes all pictures where there are few', async () => {
    const program = createProgram({ seed: 2 });
    programs.push(program);
    const quantizer = { kind: 'vector', codes: 16, dimension: 4, initialisation: 'k-means' };
    const model = createAutoencoder(program, vqVaeSchema.parse({ hidden: 8, quantizer }), {
      signal,
      dataVariance: 0.1,
      seed: 3,
    });
    const seen = new Set<number>();
    await model.prepare!({
      count: 5,
      read(numbers) {
        for (const number of Array.from(numbers)) seen.add(number);
        return Uint8Array.from(Array.from(numbers).flatMap((number) => [...picture(number)]));
      },
    });
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
    expect([...program.read()['quantizer/codebook']!.data].every(Number.isFinite)).toBe(true);
  });
});
