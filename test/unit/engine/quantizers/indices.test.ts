import { afterAll, describe, expect, it } from 'vitest';
import { type QuantizerSpec, codesOf, depthOf, dimensionOf, quantizerSchema } from '../../../../shared/specs';
import { createQuantizer } from '../../../../main/engine/quantizers';
import { type Program, createProgram } from '../../../../main/engine/tensorflow/graph';
import { tinyCompositions, tinyQuantizers } from '../../../support/tiny-models';
import { draws } from '../training/fixture';

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

/** A quantizer alone, on `count` latents or places. */
function build(input: object, count: number) {
  const spec = quantizerSchema.parse(input);
  const program = createProgram({ seed: 2 });
  programs.push(program);
  const quantizer = createQuantizer(program, 'q', spec, 1);
  const { depth, dimension, codes } = quantizer;
  const places = depth === 1 ? [count] : [count, depth];
  const latents = { shape: [count, dimension], dtype: 'float32' } as const;
  const find = program.define('find', { feeds: { latents } }, (fed) => ({ indices: quantizer.indices(fed.latents) }));
  const feeds = { indices: { shape: places, dtype: 'int32' } } as const;
  const lookUp = program.define('look-up', { feeds }, (fed) => ({ vectors: quantizer.lookUp(fed.indices) }));
  const learn = program.define('learn', { feeds: { latents, step: { shape: [], dtype: 'int32' } } }, (fed) => {
    const { quantized, indices, perplexity } = quantizer.quantize(fed.latents, fed.step);
    return { quantized, indices, perplexity };
  });
  const tables = program.define('tables', { feeds: {} }, () =>
    Object.fromEntries(Array.from({ length: depth }, (_, stage) => [`s${stage}`, quantizer.codebook(stage)])),
  );
  return {
    spec,
    depth,
    dimension,
    codes,
    find: (values: Float32Array) => [...find.run({ latents: values }).indices.data],
    lookUp: (values: Int32Array) => lookUp.run({ indices: values }).vectors.data as Float32Array,
    learn: (values: Float32Array) => learn.run({ latents: values, step: 1 }),
    codebook: (stage: number) => tables.run({})[`s${stage}`]!.data as Float32Array,
  };
}

const all = (count: number) => Int32Array.from({ length: count }, (_, index) => index);
function noise(length: number, seed = 4): Float32Array {
  const draw = draws(seed);
  return Float32Array.from({ length }, () => 3 * (draw() - 0.5));
}

/** Latents that finite scalars round to these vectors: their bound, backwards. */
function unbound(vectors: Float32Array, levels: number[], symmetric: boolean): Float32Array {
  return vectors.map((value, at) => {
    const count = levels[at % levels.length]!;
    if (symmetric) return Math.atanh(value * 0.999);
    const [reach, offset] = [((count - 1) * 1.001) / 2, count % 2 === 0 ? 0.5 : 0];
    return Math.atanh((value * Math.floor(count / 2) + offset) / reach) - Math.atanh(offset / reach);
  });
}

describe('codes that aren’t learnt', () => {
  it.each([
    { levels: [8, 5, 5, 5], symmetric: false },
    { levels: [7, 5, 5, 5, 5], symmetric: false },
    { levels: [8, 8, 8, 5, 5, 5], symmetric: false },
    { levels: [2, 3, 4, 5], symmetric: true },
    { levels: Array<number>(16).fill(2), symmetric: true },
  ])(
    'finite scalars $levels: every index stands for a vector of its own, which is encoded as that index',
    (options) => {
      const codes = options.levels.reduce((product, count) => product * count, 1);
      const quantizer = build({ kind: 'fsq', ...options }, codes);
      const vectors = quantizer.lookUp(all(codes));
      expect(vectors).toEqual(quantizer.codebook(0));
      expect(Math.max(...vectors.subarray(0, 1000))).toBeLessThanOrEqual(1);
      expect(quantizer.find(unbound(vectors, options.levels, options.symmetric))).toEqual([...all(codes)]);
    },
  );

  it.each([{ bits: 1 }, { bits: 10 }, { bits: 16 }, { bits: 9, spherical: true }])(
    'lookup-free %o: every index stands for a vector of its own, which is encoded as that index',
    (options) => {
      const codes = 2 ** options.bits;
      const quantizer = build({ kind: 'lfq', ...options }, codes);
      const vectors = quantizer.lookUp(all(codes));
      expect(vectors).toEqual(quantizer.codebook(0));
      expect(quantizer.find(vectors)).toEqual([...all(codes)]);
      const length = Math.hypot(...vectors.subarray(0, options.bits));
      expect(length).toBeCloseTo('spherical' in options ? 1 : Math.sqrt(options.bits), 5);
    },
  );
});

const everything: [string, object][] = [
  ...Object.entries(tinyQuantizers).map(([kind, rest]): [string, object] => [kind, { kind, ...rest }]),
  ...Object.entries(tinyCompositions),
];
const COUNT = 60;

/** What codes of a place stand for, out of the codebooks of its stages. */
function composed(spec: QuantizerSpec, rows: Float32Array[]): number[] {
  if (spec.kind === 'residual') return [...rows[0]!].map((_, at) => rows.reduce((sum, row) => sum + row[at]!, 0));
  if (spec.kind !== 'grouped') return [...rows[0]!];
  const depth = depthOf(spec.quantizer);
  return Array.from({ length: spec.groups }, (_, group) =>
    composed(spec.quantizer, rows.slice(group * depth, (group + 1) * depth)),
  ).flat();
}

describe.each(everything)('%s', (_name, input) => {
  const quantizer = build(input, COUNT);
  const { spec, codes, depth, dimension } = quantizer;

  it('has the sizes its specification says', () => {
    expect([codesOf(spec), depthOf(spec), dimensionOf(spec)]).toEqual([codes, depth, dimension]);
  });

  it('makes vectors of codes as its codebooks say: stages add up, groups stand side by side', () => {
    const draw = draws(8);
    const indices = Int32Array.from({ length: COUNT * depth }, () => Math.floor(draw() * codes));
    const vectors = quantizer.lookUp(indices);
    const tables = Array.from({ length: depth }, (_, stage) => quantizer.codebook(stage));
    for (let place = 0; place < COUNT; place++) {
      const rows = tables.map((table, stage) => {
        const columns = table.length / codes;
        const index = indices[place * depth + stage]!;
        return table.slice(index * columns, (index + 1) * columns);
      });
      composed(spec, rows).forEach((value, at) => expect(vectors[place * dimension + at]).toBeCloseTo(value, 5));
    }
  });

  it('finds codes of its codebooks, the same while it trains and after, and trains on what they stand for', () => {
    const latents = noise(COUNT * dimension);
    const indices = quantizer.find(latents);
    expect(indices).toHaveLength(COUNT * depth);
    expect(indices.every((index) => Number.isInteger(index) && index >= 0 && index < codes)).toBe(true);
    const found = quantizer.learn(latents);
    expect([...found.indices.data]).toEqual(indices);
    expect(found.perplexity.data[0]).toBeGreaterThanOrEqual(1);
    expect(found.perplexity.data[0]).toBeLessThanOrEqual(codes + 1e-3);
    if (!JSON.stringify(spec).match(/"dropout":true|"gumbel"/)) {
      const vectors = quantizer.lookUp(Int32Array.from(indices));
      found.quantized.data.forEach((value, at) => expect(value).toBeCloseTo(vectors[at]!, 5));
    }
  });

  const inner = spec.kind === 'grouped' ? spec.quantizer.kind : spec.kind;
  it.runIf(['vector', 'cosine', 'simvq', 'lfq'].includes(inner))('finds a code’s own vector to be that code', () => {
    const draw = draws(3);
    const indices = Int32Array.from({ length: COUNT * depth }, () => Math.floor(draw() * codes));
    expect(quantizer.find(quantizer.lookUp(indices))).toEqual([...indices]);
  });
});
