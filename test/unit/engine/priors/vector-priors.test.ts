import { afterEach, describe, expect, it } from 'vitest';
import { kindsOf, vectorPriorSchema } from '../../../../shared/specs';
import { type VectorPrior, createVectorPrior, toTheEnd } from '../../../../main/engine/priors';
import { type Program, createProgram } from '../../../../main/engine/tensorflow/graph';
import { noiseOf } from '../../../../main/engine/training/vector-noise';
import { tinyVectorPriors } from '../../../support/tiny-models';
import { draws } from '../training/fixture';

const programs: Program[] = [];
afterEach(() => programs.splice(0).forEach((program) => program.dispose()));

/** Two clusters in the plane, far apart, each longer than broad. */
const VECTORS = 400;
const clusters = (): Float32Array => {
  const draw = draws(3);
  const pairs = Array.from({ length: VECTORS }, () => {
    const [a, b, side] = [draw() - 0.5, draw() - 0.5, draw() < 0.4 ? -1 : 2];
    return [side + 2 * a, side - a + 0.6 * b];
  });
  return Float32Array.from(pairs.flat());
};

async function fitted(kind: string): Promise<{ program: Program; prior: VectorPrior }> {
  const program = createProgram({ seed: 2 });
  programs.push(program);
  const spec = vectorPriorSchema.parse({ kind, ...tinyVectorPriors[kind] });
  const prior = createVectorPrior(program, spec, { latent: { kind: 'vector', length: 2 }, seed: 2 });
  await prior.prepare(clusters());
  return { program, prior };
}

const STEP = 0.1;
const SIDE = 240;

describe.each(kindsOf(vectorPriorSchema))('%s', (kind) => {
  it('is a density: it sums to 1, and draws lie where it says', async () => {
    const { program, prior } = await fitted(kind);
    const from = -(SIDE * STEP) / 2;
    const grid = Float32Array.from({ length: SIDE * SIDE * 2 }, (_, at) =>
      at % 2 === 0 ? from + STEP * Math.floor(at / 2 / SIDE) : from + STEP * (Math.floor(at / 2) % SIDE),
    );
    const judge = program.define(
      'judge',
      { feeds: { vectors: { shape: [SIDE * SIDE, 2], dtype: 'float32' } } },
      ({ vectors }) => ({ logs: prior.logDensity(vectors) }),
    );
    const shares = Float64Array.from(judge.run({ vectors: grid }).logs.data, (log) => Math.exp(log) * STEP * STEP);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);

    const count = 2000;
    const drawn = all(prior, count);
    const expectation = (of: (a: number, b: number) => number) =>
      shares.reduce((sum, share, at) => sum + share * of(grid[2 * at]!, grid[2 * at + 1]!), 0);
    const average = (of: (a: number, b: number) => number) => {
      let sum = 0;
      for (let at = 0; at < count; at++) sum += of(drawn[2 * at]!, drawn[2 * at + 1]!);
      return sum / count;
    };
    const moments: ((a: number, b: number) => number)[] = [(a) => a, (_a, b) => b, (a, b) => a * b, (a) => a * a];
    for (const of of moments) {
      const expected = expectation(of);
      const spread = Math.sqrt(expectation((a, b) => of(a, b) ** 2) - expected ** 2);
      // five standard errors, and what the grid leaves out
      expect(Math.abs(average(of) - expected)).toBeLessThan((5 * spread) / Math.sqrt(count) + 0.02);
    }
  });

  it('draws of a row of noise the same, whatever the other rows are', async () => {
    const { prior } = await fitted(kind);
    const noise = noiseOf(6, 2, 5);
    const some = { normal: noise.normal.slice(4, 8), uniform: noise.uniform.slice(4, 8) };
    expect(drawnOf(prior, 2, some)).toEqual(drawnOf(prior, 6, noise).slice(4, 8));
  });
});

describe('MADE of fewer hidden units than components', () => {
  it.each([1, 3, 7])('has of %d units a last component that depends on every one before it', async (width) => {
    const length = 12;
    const program = createProgram({ seed: 4 });
    programs.push(program);
    const spec = vectorPriorSchema.parse({ kind: 'made', layers: 2, width, components: 2 });
    const prior = createVectorPrior(program, spec, { latent: { kind: 'vector', length }, seed: 4 });
    // positive matrices: no relu is shut, and what goes through them isn't lost in rounding; deviations stay about 1
    const loud = prior.weights.filter(({ name }) => /(layer\d|means)\/kernel$/.test(name));
    const draw = draws(6);
    program.load(
      Object.fromEntries(
        loud.map(({ name, shape }) => [
          name,
          Float32Array.from({ length: size(shape) }, () => (0.4 + 0.4 * draw()) / Math.sqrt(width)),
        ]),
      ),
    );
    // beside the origin, each row has one component changed, in the second half the last one as well
    const rows = Float32Array.from({ length: 2 * length * length }, (_, at) => {
      const [row, component] = [Math.floor(at / length), at % length];
      const isChanged = component === row % length && component < length - 1;
      return 1 + (isChanged ? 0.5 : 0) + (row >= length && component === length - 1 ? 0.5 : 0);
    });
    const feeds = { vectors: { shape: [2 * length, length], dtype: 'float32' } } as const;
    const judge = program.define('judge', { feeds }, ({ vectors }) => ({ logs: prior.logDensity(vectors) }));
    const logs = judge.run({ vectors: rows }).logs.data;
    // what the last component adds to log p, up to what doesn't depend on the others; the row length − 1 has none of those changed
    const last = Array.from({ length }, (_, row) => logs[length + row]! - logs[row]!);
    for (const changed of last.slice(0, -1)) expect(Math.abs(changed - last.at(-1)!)).toBeGreaterThan(3e-4);
  });
});

it('a fit is given up when it is cancelled', async () => {
  const program = createProgram({ seed: 2 });
  programs.push(program);
  const spec = vectorPriorSchema.parse({ kind: 'mixture', ...tinyVectorPriors.mixture });
  const prior = createVectorPrior(program, spec, { latent: { kind: 'vector', length: 2 }, seed: 2 });
  await expect(prior.prepare(clusters(), { signal: AbortSignal.abort() })).rejects.toThrow('The fit was cancelled.');
});

const size = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);
const all = (prior: VectorPrior, count: number): Float32Array => drawnOf(prior, count, noiseOf(count, 2, 9));

function drawnOf(prior: VectorPrior, batch: number, noise: ReturnType<typeof noiseOf>): Float32Array {
  return toTheEnd(prior.sampler({ batch }).draw(noise));
}
