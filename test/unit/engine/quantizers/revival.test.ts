import { afterEach, describe, expect, it } from 'vitest';
import { vectorQuantizerSchema } from '../../../../shared/specs';
import { createQuantizer } from '../../../../main/engine/quantizers';
import { type Program, assign, createProgram } from '../../../../main/engine/tensorflow/graph';
import { draws } from '../training/fixture';

const programs: Program[] = [];
afterEach(() => programs.splice(0).forEach((program) => program.dispose()));

const [N, SIDE, D, K] = [2, 4, 3, 8];

/** A quantizer whose latents are fed; codes 4 to 7 lie too far away to be used, and so does the origin. */
function build(reviveAfter: number, update: 'ema' | 'gradient' = 'ema', seed = 1) {
  const program = createProgram({ seed });
  programs.push(program);
  const spec = vectorQuantizerSchema.parse({ codes: K, dimension: D, reviveAfter, update });
  const quantizer = createQuantizer(program, 'q', spec, seed);
  const feeds = {
    latents: { shape: [N, SIDE, SIDE, D], dtype: 'float32' },
    step: { shape: [], dtype: 'int32' },
  } as const;
  const look = program.define('step', { feeds }, ({ latents, step }) => {
    const { indices, updates } = quantizer.quantize(latents, step);
    const outputs: Record<string, typeof indices> = { indices };
    for (const one of updates) {
      if (one.kind === 'assign') assign(one.variable, one.value);
      else Object.assign(outputs, { rows: one.rows, values: one.values });
    }
    return outputs;
  });
  const draw = draws(3);
  program.load({
    'q/codebook': Float32Array.from({ length: K * D }, (_, at) => (at < 4 * D ? 10 + draw() : 500 + at)),
  });
  return { program, look };
}

const latents = (seed: number) => {
  const draw = draws(seed);
  return Float32Array.from({ length: N * SIDE * SIDE * D }, () => 10 + draw());
};
const vectors = (all: ArrayLike<number>) =>
  Array.from({ length: all.length / D }, (_, at) =>
    Array.from(all)
      .slice(at * D, (at + 1) * D)
      .join(),
  );

describe('dead-code revival', () => {
  it('moves a code, after so many idle steps, to an encoder output of that batch, each to another one', () => {
    const { program, look } = build(3);
    for (const step of [1, 2]) look.run({ latents: latents(step), step });
    expect([...program.read()['q/revival/idle']!.data].slice(4)).toEqual([2, 2, 2, 2]);
    const batch = latents(3);
    look.run({ latents: batch, step: 3 });
    const state = program.read();
    const revived = vectors(state['q/codebook']!.data).slice(4);
    const available = vectors(batch);
    for (const vector of revived) expect(available).toContain(vector);
    expect(new Set(revived).size).toBe(4);
    expect([...state['q/revival/idle']!.data].slice(4)).toEqual([0, 0, 0, 0]);
  });

  it('resets the moving averages with it: unbiased, one vector a step and that vector', () => {
    const { program, look } = build(3);
    for (const step of [1, 2, 3]) look.run({ latents: latents(step), step });
    const state = program.read();
    const unbiased = 1 - 0.99 ** 3;
    const [counts, sums, codebook] = ['q/ema/counts', 'q/ema/sums', 'q/codebook'].map((name) => state[name]!.data);
    for (let code = 4; code < K; code++) {
      expect(counts![code]! / unbiased).toBeCloseTo(1, 4);
      for (let d = 0; d < D; d++) expect(sums![code * D + d]! / unbiased).toBeCloseTo(codebook![code * D + d]!, 4);
    }
  });

  it('brings codes into use: the next batch finds some of them', () => {
    const { look } = build(1);
    look.run({ latents: latents(1), step: 1 });
    const used = new Set(look.run({ latents: latents(1), step: 2 }).indices!.data);
    expect([...used].some((code) => code >= 4)).toBe(true);
  });

  it('repeats for the same seed and step, and differs for others', () => {
    const revivedBy = (seed: number, step: number) => {
      const { program, look } = build(1, 'ema', seed);
      look.run({ latents: latents(1), step });
      return vectors(program.read()['q/codebook']!.data).slice(4);
    };
    expect(revivedBy(1, 1)).toEqual(revivedBy(1, 1));
    expect(revivedBy(1, 1)).not.toEqual(revivedBy(1, 2));
    expect(revivedBy(1, 1)).not.toEqual(revivedBy(2, 1));
  });

  it('never happens with reviveAfter 0', () => {
    const { program, look } = build(0);
    for (const step of [1, 2, 3]) look.run({ latents: latents(step), step });
    expect(Object.keys(program.read())).not.toContain('q/revival/idle');
    // Zero-debiased averages of nothing: as in Sonnet, an unused code lies at the origin.
    expect(vectors(program.read()['q/codebook']!.data).slice(4)).toEqual(Array<string>(4).fill('0,0,0'));
  });

  it('asks the optimizer to replace the rows where the codebook is learnt by gradient', () => {
    const { look } = build(1, 'gradient');
    const batch = latents(1);
    const found = look.run({ latents: batch, step: 1 }) as Record<string, { data: Float32Array }>;
    expect([...found.rows!.data].slice(4).map(Boolean)).toEqual([true, true, true, true]);
    for (const vector of vectors(found.values!.data)) expect(vectors(batch)).toContain(vector);
  });

  it('copes with more dead codes than vectors', () => {
    const program = createProgram();
    programs.push(program);
    const spec = vectorQuantizerSchema.parse({ codes: 64, dimension: D, reviveAfter: 1 });
    const quantizer = createQuantizer(program, 'q', spec, 1);
    const feeds = { latents: { shape: [1, 1, 2, D], dtype: 'float32' }, step: { shape: [], dtype: 'int32' } } as const;
    const look = program.define('step', { feeds }, ({ latents: fed, step }) => {
      const { indices, updates } = quantizer.quantize(fed, step);
      for (const one of updates) if (one.kind === 'assign') assign(one.variable, one.value);
      return { indices };
    });
    look.run({ latents: Float32Array.from([1, 2, 3, 4, 5, 6]), step: 1 });
    const codebook = program.read()['q/codebook']!.data;
    expect([...codebook].every(Number.isFinite)).toBe(true);
    const found = new Set(vectors(codebook));
    expect(found.has('1,2,3') && found.has('4,5,6')).toBe(true);
  });
});
