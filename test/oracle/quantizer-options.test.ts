import { afterAll, describe, expect, it, vi } from 'vitest';
import { quantizerSchema } from '../../shared/specs';
import { createQuantizer } from '../../main/engine/quantizers';
import { kMeans } from '../../main/engine/quantizers/k-means';
import {
  type Program,
  type Variable,
  assign,
  createProgram,
  gradients,
  item,
} from '../../main/engine/tensorflow/graph';
import type * as Random from '../../main/engine/tensorflow/ops/random';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';

/** What PyTorch drew, in place of our own Gumbel noise. */
let injected: Variable | undefined;
vi.mock('../../main/engine/tensorflow/ops/random', async (original) => {
  const random = await original<typeof Random>();
  return {
    ...random,
    gumbel: (...args: Parameters<typeof random.gumbel>) => injected?.read() ?? random.gumbel(...args),
  };
});

const shared = golden('sonnet-quantizer.npz');
const torch = golden('torch-quantizer-options.npz');
const [STEPS = 0, N = 0, H = 0, W = 0, D = 0] = shared.shape('batches');
const [K = 0] = shared.shape('codebook');
const WIDE = torch.shape('wide').at(-1)!;
const batch = (step: number) => shared.floats('batches').slice((step - 1) * N * H * W * D, step * N * H * W * D);
const unit = () => {
  const rows = shared.floats('codebook');
  return rows.map((value, at) => {
    const row = rows.subarray(Math.floor(at / D) * D, Math.floor(at / D) * D + D);
    return value / Math.hypot(...row);
  });
};

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

/** A quantizer alone, as a step: what it makes of `x`, and all gradients with `upstream` sent back from above. */
function build(input: object, dimension = D) {
  const program = createProgram();
  programs.push(program);
  const spec = quantizerSchema.parse({ codes: K, dimension, ...input });
  const x = program.variable('x', { shape: [N, H, W, dimension] });
  const quantizer = createQuantizer(program, 'q', spec, 1);
  const variables = program.trainable;
  const feeds = {
    upstream: { shape: [N, H, W, dimension], dtype: 'float32' },
    step: { shape: [], dtype: 'int32' },
  } as const;
  const run = program.define('step', { feeds }, ({ upstream, step }): Record<string, ReturnType<typeof ops.scalar>> => {
    const { value, grads } = gradients(() => {
      const { quantized, indices, terms, updates } = quantizer.quantize(x.read(), step);
      for (const one of updates) if (one.kind === 'assign') assign(one.variable, one.value);
      const own = Object.values(terms).reduce((sum, term) => ops.add(sum, term));
      return { loss: ops.add(own, ops.sum(ops.mul(quantized, upstream))), own, quantized, indices };
    }, variables);
    return {
      ...value,
      ...Object.fromEntries(grads.map((gradient, at) => [`gradient/${variables[at]!.name}`, gradient])),
    };
  });
  return {
    program,
    step(values: Float32Array, upstream: Float32Array, at = 1) {
      program.load({ x: values });
      return run.run({ upstream, step: at });
    },
  };
}

type Found = ReturnType<ReturnType<typeof build>['step']>;
const TOLERANCE = 1e-5;

/** Codes, output, loss and every gradient that the golden file has under `name`. */
function expectSame(found: Found, name: string, parameters: Record<string, string> = {}): void {
  expect([...found.indices!.data]).toEqual([...torch.integers(`${name}/indices`)]);
  expect(relativeError(found.quantized!.data, torch.floats(`${name}/quantized`))).toBeLessThan(TOLERANCE);
  expect(Math.abs(item(found.own!) / torch.floats(`${name}/loss`)[0]! - 1)).toBeLessThan(TOLERANCE);
  expect(relativeError(found['gradient/x']!.data, torch.floats(`${name}/inputGradient`))).toBeLessThan(TOLERANCE);
  for (const [variable, key] of Object.entries(parameters)) {
    const gradient = found[`gradient/${variable}`]!.data;
    expect(relativeError(gradient, torch.floats(`${name}/${key}Gradient`)), variable).toBeLessThan(TOLERANCE);
  }
}

const upstream = shared.floats('upstream');
const euclidean = { kind: 'vector', update: 'frozen' };
const cosine = { kind: 'cosine', update: 'frozen' };

describe('a step equals that of vector-quantize-pytorch 1.32.0', () => {
  it.each([
    ['rotation', { ...euclidean, rotation: true }, false],
    ['diversity', { ...euclidean, diversity: 0.5 }, false],
    ['cosine', cosine, true],
    ['cosine-rotation', { ...cosine, rotation: true }, true],
    ['cosine-diversity', { ...cosine, diversity: 0.5 }, true],
  ] as const)('with %s: codes, vectors, loss and the gradient to the encoder', (name, spec, isUnit) => {
    const { program, step } = build(spec);
    program.load({ 'q/codebook': isUnit ? unit() : shared.floats('codebook') });
    expectSame(step(batch(1), upstream), name);
  });

  it.each([
    ['gradient', {}],
    ['orthogonality', { orthogonality: 10 }],
    ['gradient-diversity', { diversity: 0.5 }],
  ] as const)('with %s: the gradient to a codebook that is learnt', (name, options) => {
    const { program, step } = build({ kind: 'vector', update: 'gradient', commitment: 0, ...options });
    program.load({ 'q/codebook': shared.floats('codebook') });
    const found = step(batch(1), new Float32Array(upstream.length));
    expect(Math.abs(item(found.own!) / torch.floats(`${name}/loss`)[0]! - 1)).toBeLessThan(TOLERANCE);
    const gradient = found['gradient/q/codebook']!.data;
    expect(relativeError(gradient, torch.floats(`${name}/codebookGradient`))).toBeLessThan(TOLERANCE);
  });

  it.each(['euclidean', 'cosine'] as const)(
    'with an EMA codebook, %s: the whole state after 1, 2 and 10 steps',
    (name) => {
      const { program, step } = build({ kind: name === 'cosine' ? 'cosine' : 'vector', decay: 0.99, epsilon: 1e-5 });
      program.load({ 'q/codebook': name === 'cosine' ? unit() : shared.floats('codebook') });
      for (let at = 1; at <= STEPS; at++) {
        step(batch(at), upstream, at);
        if (![1, 2, 10].includes(at)) continue;
        const state = program.read();
        for (const [variable, key] of [
          ['q/codebook', 'codebook'],
          ['q/ema/counts', 'counts'],
          ['q/ema/sums', 'sums'],
        ] as const)
          expect(
            relativeError(state[variable]!.data, torch.floats(`${name}/${key}${at}`)),
            `${key} ${at}`,
          ).toBeLessThan(TOLERANCE);
      }
    },
  );

  it.each([
    ['factorised', true],
    ['factorised-euclidean', false],
  ] as const)('with %s codes: both projections and their gradients too', (name, normalised) => {
    const { program, step } = build({ kind: 'factorised', codeDimension: D, normalised }, WIDE);
    const sides = ['down/kernel', 'down/bias', 'up/kernel', 'up/bias'];
    program.load({
      'q/codebook': normalised ? unit() : shared.floats('codebook'),
      ...Object.fromEntries(sides.map((side) => [`q/${side}`, torch.floats(`${name}/${side}`)])),
    });
    const found = step(torch.floats('wide'), torch.floats('wideUpstream'));
    expectSame(found, name, Object.fromEntries(sides.map((side) => [`q/${side}`, side])));
  });

  it.each([
    ['simvq', false],
    ['simvq-rotation', true],
  ] as const)('with %s: the gradient to its one matrix too', (name, rotation) => {
    const { program, step } = build({ kind: 'simvq', rotation });
    program.load({
      'q/frozen-codebook': shared.floats('codebook'),
      'q/transform/kernel': torch.floats(`${name}/kernel`),
    });
    expectSame(step(batch(1), upstream), name, { 'q/transform/kernel': 'kernel' });
  });

  it.each([
    ['k-means', false],
    ['spherical-k-means', true],
  ] as const)('with %s from the same first means, after ten iterations', async (name, isUnit) => {
    const first = torch.floats(`${name}/first`);
    const found = await kMeans(torch.floats('samples'), { codes: K, dimension: D, isUnit, seed: 1, first });
    expect([...found.counts]).toEqual([...torch.integers(`${name}/counts`)]);
    expect(relativeError(found.means, torch.floats(`${name}/means`))).toBeLessThan(TOLERANCE);
  });
});

describe('what that library has no equal of', () => {
  it('unit codes learnt by gradient: the gradient through the division by their length', () => {
    const { program, step } = build({ kind: 'cosine', update: 'gradient', commitment: 0 });
    program.load({ 'q/codebook': shared.floats('codebook') });
    const found = step(batch(1), new Float32Array(upstream.length));
    expect(Math.abs(item(found.own!) / torch.floats('cosine-gradient/loss')[0]! - 1)).toBeLessThan(TOLERANCE);
    const gradient = found['gradient/q/codebook']!.data;
    expect(relativeError(gradient, torch.floats('cosine-gradient/codebookGradient'))).toBeLessThan(TOLERANCE);
  });

  it.each([
    ['gumbel', true],
    ['gumbel-soft', false],
  ] as const)('%s: that of torch.nn.functional with the same noise', (name, straightThrough) => {
    const { program, step } = build({ kind: 'gumbel', temperature: 0.7, kl: 0.3, straightThrough });
    program.load({
      'q/codebook': shared.floats('codebook'),
      'q/logits/kernel': torch.floats('gumbel/kernel'),
      'q/logits/bias': torch.floats('gumbel/bias'),
    });
    injected = program.variable('noise', { shape: [N * H * W, K] }, { trainable: false });
    program.load({ noise: torch.floats('gumbel/noise') });
    try {
      expectSame(step(batch(1), upstream), name, { 'q/logits/kernel': 'kernel', 'q/codebook': 'codebook' });
    } finally {
      injected = undefined;
    }
  });
});
