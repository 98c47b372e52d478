import { afterAll, describe, expect, it } from 'vitest';
import { type QuantizerSpec, quantizerSchema } from '../../shared/specs';
import { createQuantizer } from '../../main/engine/quantizers';
import { type Program, assign, createProgram, gradients, item } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';

const torch = golden('torch-composed-quantizers.npz');
const [K, D, STAGES, GROUPS] = [8, 4, 3, 2];
const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

/** A quantizer of `spec` on the latents of a golden case, with the codebooks of that case. */
function build(name: string, input: object, codebooks: Record<string, string> = {}) {
  const spec: QuantizerSpec = quantizerSchema.parse(input);
  const program = createProgram();
  programs.push(program);
  const quantizer = createQuantizer(program, 'q', spec, 1);
  const shape = torch.shape(`${name}/latents`);
  const x = program.variable('x', { shape });
  const feeds = { upstream: { shape, dtype: 'float32' }, step: { shape: [], dtype: 'int32' } } as const;
  const loss = (terms: Readonly<Record<string, ReturnType<typeof ops.scalar>>>) =>
    Object.values(terms).reduce((sum, term) => ops.add(sum, term), ops.scalar(0));
  const look = program.define('look', { feeds }, ({ upstream, step }) => {
    const fromAbove = gradients(() => {
      const { quantized, indices, terms } = quantizer.quantize(x.read(), step);
      return { loss: ops.sum(ops.mul(quantized, upstream)), own: loss(terms), quantized, indices };
    }, [x]);
    const ofLoss = gradients(
      () => ({ loss: ops.add(loss(quantizer.quantize(x.read(), step).terms), ops.mul(ops.sum(x.read()), 0)) }),
      [x],
    );
    const { quantized, indices, own } = fromAbove.value;
    return {
      quantized,
      indices,
      own,
      encoded: quantizer.indices(x.read()),
      lookedUp: quantizer.lookUp(indices),
      upstreamGradient: fromAbove.grads[0]!,
      lossGradient: ofLoss.grads[0]!,
    };
  });
  const learn = program.define('learn', { feeds }, ({ step }) => {
    const { updates, indices } = quantizer.quantize(x.read(), step);
    for (const one of updates) if (one.kind === 'assign') assign(one.variable, one.value);
    return { indices };
  });
  const tables = program.define('tables', { feeds: {} }, () =>
    Object.fromEntries(Array.from({ length: quantizer.depth }, (_, stage) => [`s${stage}`, quantizer.codebook(stage)])),
  );
  program.load({
    x: torch.floats(`${name}/latents`),
    ...Object.fromEntries(Object.entries(codebooks).map(([variable, key]) => [variable, torch.floats(key)])),
  });
  const upstream = torch.floats(`${name}/upstream`);
  return {
    program,
    look: (step = 1) => look.run({ upstream, step }),
    learn: (step = 1) => learn.run({ upstream, step }),
    codebook: (stage: number) => tables.run({})[`s${stage}`]!.data as Float32Array,
  };
}

type Found = ReturnType<ReturnType<typeof build>['look']>;

function expectSame(name: string, found: Found, tolerance = 1e-5) {
  expect([...found.indices.data], 'codes').toEqual([...torch.integers(`${name}/indices`)]);
  expect([...found.encoded.data], 'codes outside of training').toEqual([...found.indices.data]);
  expect(relativeError(found.quantized.data, torch.floats(`${name}/quantized`))).toBeLessThan(1e-6);
  expect(relativeError(found.lookedUp.data, torch.floats(`${name}/quantized`))).toBeLessThan(1e-6);
  expectSameGradients(name, found, tolerance);
}

function expectSameGradients(name: string, found: Found, tolerance: number) {
  const fromAbove = relativeError(found.upstreamGradient.data, torch.floats(`${name}/upstreamGradient`));
  expect(fromAbove).toBeLessThan(1e-5);
  if (!torch.names.includes(`${name}/loss`)) return expect(item(found.own)).toBe(0);
  expect(Math.abs(item(found.own) / torch.floats(`${name}/loss`)[0]! - 1)).toBeLessThan(tolerance);
  expect(relativeError(found.lossGradient.data, torch.floats(`${name}/lossGradient`))).toBeLessThan(tolerance);
}

describe('finite scalars against vector-quantize-pytorch 1.32.0', () => {
  it.each([
    ['fsq', { kind: 'fsq', levels: [8, 5, 5, 5] }],
    ['fsq-symmetric', { kind: 'fsq', levels: [4, 2, 7], symmetric: true }],
  ])('%s: codes, vectors, the whole codebook and the gradient', (name, spec) => {
    const built = build(name, spec);
    expectSame(name, built.look());
    expect(relativeError(built.codebook(0), torch.floats(`${name}/codebook`))).toBeLessThan(1e-6);
  });
});

describe('lookup-free codes against vector-quantize-pytorch 1.32.0', () => {
  it.each([
    ['lfq', { bits: 5, inverseTemperature: 1 }, 1e-5],
    // of shares below 1e-5 the library takes the logarithm of 1e-5
    ['lfq-sharp', { bits: 4 }, 1e-3],
    ['lfq-usual', { bits: 6, diversity: 0.5 }, 1e-3],
    ['bsq', { bits: 5, inverseTemperature: 1, spherical: true }, 1e-5],
  ])('%s: codes, vectors, the whole codebook, entropy and commitment, their gradients', (name, spec, tolerance) => {
    const built = build(name, { kind: 'lfq', ...spec });
    expectSame(name, built.look(), tolerance);
    expect(relativeError(built.codebook(0), torch.floats(`${name}/codebook`))).toBeLessThan(1e-6);
  });
});

const vector = { kind: 'vector', codes: K, dimension: D };
const codebooks = (name: string, prefix = 'q') =>
  Object.fromEntries(
    Array.from({ length: STAGES }, (_, stage) => [`${prefix}/stage${stage}/codebook`, `${name}/codebook${stage}`]),
  );

describe('residual codes against vector-quantize-pytorch 1.32.0', () => {
  const residual = (options: object) => ({ kind: 'residual', stages: STAGES, ...options });

  it('of learnt codebooks: codes, vectors, losses, gradients, and the codebooks after a step', () => {
    const built = build('residual', residual({ quantizer: vector }), codebooks('residual'));
    expectSame('residual', built.look());
    built.learn();
    for (let stage = 0; stage < STAGES; stage++)
      expect(relativeError(built.codebook(stage), torch.floats(`residual/after${stage}`))).toBeLessThan(1e-5);
  });

  it('with a stage dropped: it adds nothing, costs nothing and learns nothing; codes stay codes', () => {
    const built = build('dropout', residual({ dropout: true, quantizer: vector }), codebooks('dropout'));
    const expected = torch.floats('dropout/quantized');
    const steps = Array.from({ length: 40 }, (_, at) => at + 1);
    const step = steps.find((at) => relativeError(built.look(at).quantized.data, expected) < 1e-6);
    expect(step).toBeDefined();
    const found = built.look(step);
    expectSameGradients('dropout', found, 1e-5);
    const dropped = torch.integers('dropout/indices');
    found.indices.data.forEach((index, at) => {
      if (at % STAGES < 2) expect(index).toBe(dropped[at]);
      else expect([dropped[at], index >= 0 && index < K]).toEqual([-1, true]);
    });
    built.learn(step);
    for (let stage = 0; stage < STAGES; stage++)
      expect(relativeError(built.codebook(stage), torch.floats(`dropout/after${stage}`))).toBeLessThan(1e-5);
  });

  it('of finite scalars: codes, vectors, every stage’s codebook, and the gradient through the soft clamp', () => {
    const built = build('residual-fsq', residual({ quantizer: { kind: 'fsq', levels: [5, 4, 3] } }));
    expectSame('residual-fsq', built.look());
    for (let stage = 0; stage < STAGES; stage++)
      expect(relativeError(built.codebook(stage), torch.floats(`residual-fsq/codebook${stage}`))).toBeLessThan(1e-6);
  });

  it('of lookup-free codes: codes, vectors, losses and gradients', () => {
    const built = build('residual-lfq', residual({ quantizer: { kind: 'lfq', bits: 4, inverseTemperature: 1 } }));
    expectSame('residual-lfq', built.look(), 1e-4);
  });
});

describe('grouped codes against vector-quantize-pytorch 1.32.0', () => {
  it('of residual ones: codes, vectors, losses, gradients, and the codebooks after a step', () => {
    const spec = {
      kind: 'grouped',
      groups: GROUPS,
      quantizer: { kind: 'residual', stages: STAGES, quantizer: vector },
    };
    const all = Array.from({ length: GROUPS }, (_, group) => codebooks(`grouped/group${group}`, `q/group${group}`));
    const built = build('grouped', spec, Object.assign({}, ...all) as Record<string, string>);
    expectSame('grouped', built.look());
    built.learn();
    for (let stage = 0; stage < GROUPS * STAGES; stage++) {
      const after = `grouped/group${Math.floor(stage / STAGES)}/after${stage % STAGES}`;
      expect(relativeError(built.codebook(stage), torch.floats(after))).toBeLessThan(1e-5);
    }
  });

  it('with one codebook for all, as its heads: codes, vectors, losses, gradients, and the codebook after a step', () => {
    const spec = { kind: 'grouped', groups: 3, shared: true, quantizer: vector };
    const built = build('heads', spec, { 'q/group/codebook': 'heads/codebook' });
    expectSame('heads', built.look());
    built.learn();
    expect(relativeError(built.codebook(0), torch.floats('heads/after'))).toBeLessThan(1e-5);
  });
});
