import { afterEach, describe, expect, it } from 'vitest';
import type { CodeLevel, CodesLatent } from '../../../../shared/specs';
import {
  type GridNetwork,
  type GridOptions,
  type SequenceNetwork,
  createSampler,
  gatedPixelcnn,
  levels,
  pixelcnn,
  pixelsnail,
} from '../../../../main/engine/priors';
import { type Program, constant, createProgram } from '../../../../main/engine/tensorflow/graph';
import * as ops from '../../../../main/engine/tensorflow/ops';
import { expectClose, numbers } from '../../../gradients/check';

type Create = (program: Program) => (name: string, options: GridOptions) => GridNetwork;
const kinds: Readonly<Record<string, Create>> = {
  pixelcnn: (program) => (name, options) =>
    pixelcnn(program, name, { ...options, channels: 4, blocks: 2, firstKernel: 3, head: 6 }),
  'gated-pixelcnn': (program) => (name, options) =>
    gatedPixelcnn(program, name, { ...options, channels: 4, layers: 3, firstKernel: 5, head: 6 }),
  pixelsnail: (program) => (name, options) =>
    pixelsnail(program, name, {
      ...options,
      channels: 8,
      residualChannels: 4,
      blocks: 2,
      residuals: 1,
      heads: 2,
      firstKernel: 3,
      attention: options.above === 0,
      outBlocks: 1,
    }),
};

const level = (height: number, width: number, codes: number, depth = 1): CodeLevel => ({
  axes: [height, width],
  depth,
  codes,
  dimension: 1,
});
const latents: Readonly<Record<string, CodesLatent>> = {
  'one grid': { kind: 'codes', levels: [level(3, 4, 5)] },
  stages: { kind: 'codes', levels: [level(3, 3, 4, 2)] },
  'three levels': { kind: 'codes', levels: [level(1, 2, 4), level(2, 2, 3, 2), level(3, 4, 5)] },
};

const BATCH = 3;
const CLASSES = 2;
const GIVEN = [0, 1, 2];

const open: Program[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

/** A network whose weights are far from their small first values, so that everything in it matters. */
function build(kind: string, latent: CodesLatent, classes = CLASSES) {
  const program = createProgram({ seed: 5 });
  open.push(program);
  const model = levels(program, 'prior', { latent, classes, above: 4, aboveBlocks: 1, seed: 5 }, kinds[kind]!(program));
  program.load(
    Object.fromEntries(
      program.trainable.map(({ name, shape }, index) => {
        const size = shape.reduce((product, side) => product * side, 1);
        return [name, numbers(size, [-0.6, 0.7], index)];
      }),
    ),
  );
  return { program, model, whole: define(program, model, BATCH) };
}

function define(program: Program, model: SequenceNetwork, batch: number) {
  const feeds = {
    tokens: { shape: [batch, model.length], dtype: 'int32' },
    given: { shape: [batch], dtype: 'int32' },
  } as const;
  return program.define('whole', { feeds }, ({ tokens, given }) => {
    const logits = model.logits(tokens, given);
    return { logits, nats: ops.sum(ops.sparseSoftmaxCrossEntropy(logits, tokens), 1) };
  });
}

/** Tokens that can stand where they stand, the stages of a level in turns. */
function tokensOf(latent: CodesLatent, salt = 0): Int32Array {
  const row = (n: number): number[] => {
    let first = 0;
    return latent.levels.flatMap(({ axes, depth, codes }, at) => {
      const own = Array.from({ length: axes[0]! * axes[1]! * depth }, (_, index) => {
        const code = (index * 7 + (index >> 2) + n * 3 + at + salt * (index % 3)) % codes;
        return first + (index % depth) * codes + code;
      });
      first += depth * codes;
      return own;
    });
  };
  return Int32Array.from(Array.from({ length: BATCH }, (_, n) => row(n)).flat());
}

const at = (values: ArrayLike<number>, { length, vocabulary }: SequenceNetwork, n: number, position: number) =>
  Array.from({ length: vocabulary }, (_, code) => values[(n * length + position) * vocabulary + code]!);

const cases = Object.keys(kinds).flatMap((kind) => Object.keys(latents).map((name) => [kind, name] as const));

describe.each(cases)('%s over %s', (kind, name) => {
  const latent = latents[name]!;
  const tokens = tokensOf(latent);

  it('never looks at a code or what comes after it, and looks at what is before', () => {
    const { model, whole } = build(kind, latent);
    const before = whole.run({ tokens, given: GIVEN }).logits.data;
    const other = tokensOf(latent, 1);
    for (let changed = 0; changed < model.length; changed++) {
      const mixed = tokens.map((token, index) => (index % model.length >= changed ? other[index]! : token));
      const after = whole.run({ tokens: mixed, given: GIVEN }).logits.data;
      for (let n = 0; n < BATCH; n++)
        for (let position = 0; position <= changed; position++)
          expect(at(after, model, n, position), `${position} when ${changed} and later change`).toEqual(
            at(before, model, n, position),
          );
      if (changed < model.length - 1 && mixed[changed] !== tokens[changed])
        expect(after, `nothing looks at ${changed} and later`).not.toEqual(before);
    }
  });

  it('steps with its caches to the same logits as all at once, again and again', () => {
    const { program, model, whole } = build(kind, latent);
    const expected = whole.run({ tokens, given: GIVEN }).logits.data;
    const feeds = { last: { shape: [BATCH], dtype: 'int32' }, position: { shape: [1], dtype: 'int32' } } as const;
    const told = () => constant(GIVEN, [BATCH], 'int32');
    const parts = (model.parts ?? [model.length]).map((length, part) => {
      const next = model.stepper({ batch: BATCH, part });
      const step = program.define(`step${part}`, { feeds }, ({ last, position }) => ({
        logits: next(last, position, told()),
      }));
      const begin = program.define(`begin${part}`, { feeds: { last: feeds.last } }, ({ last }) => {
        next.begin?.(last);
        return { last };
      });
      return { length, step, begin };
    });
    for (const round of [1, 2]) {
      let position = 0;
      for (const { length, step, begin } of parts) {
        const end = position + length;
        const last = () => Array.from({ length: BATCH }, (_, n) => tokens[n * model.length + position - 1] ?? 0);
        begin.run({ last: last() });
        for (; position < end; position++) {
          const { logits } = step.run({ last: last(), position });
          for (let n = 0; n < BATCH; n++) {
            const found = Array.from(logits.data).slice(n * model.vocabulary, (n + 1) * model.vocabulary);
            expectClose(found, at(expected, model, n, position), 2e-4, `round ${round}, position ${position}`);
          }
        }
      }
    }
  });

  it('means the same captured and eagerly', () => {
    const { program, model } = build(kind, latent);
    const captured = program.run('whole', { tokens, given: GIVEN }).logits!.data;
    const eager = program.runEagerly('whole', { tokens, given: GIVEN }).logits!.data;
    expect(captured.length).toBe(BATCH * model.length * model.vocabulary);
    expectClose(captured, eager, 1e-4, 'logits');
  });

  it('is told the class, and told nothing the first of its three ways', () => {
    const { model, whole } = build(kind, latent);
    const same = tokens.map((_, index) => tokens[index % model.length]!);
    const { nats } = whole.run({ tokens: same, given: GIVEN });
    expect(new Set(nats.data).size).toBe(BATCH);
  });
});

describe.each(Object.keys(kinds))('%s', (kind) => {
  it('is a distribution: over a 2 × 2 grid of 3 codes the probabilities of all 81 items sum to 1', () => {
    const latent: CodesLatent = { kind: 'codes', levels: [level(2, 2, 3)] };
    const { program, model } = build(kind, latent, 0);
    const feeds = { tokens: { shape: [81, 4], dtype: 'int32' } } as const;
    const every = program.define('every', { feeds }, ({ tokens }) => ({
      nats: ops.sum(ops.sparseSoftmaxCrossEntropy(model.logits(tokens, ops.zeros([81], 'int32')), tokens), 1),
    }));
    const tokens = Int32Array.from({ length: 81 * 4 }, (_, index) => Math.floor((index >> 2) / 3 ** (index % 4)) % 3);
    const probabilities = [...every.run({ tokens }).nats.data].map((nats) => Math.exp(-nats));
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(Math.max(...probabilities)).toBeGreaterThan(2 / 81);
  });

  it('draws level by level the same whether a call goes one position or many, and keeps what is settled', () => {
    const latent: CodesLatent = { kind: 'codes', levels: [level(1, 2, 3), level(2, 5, 4)] };
    const { program, model } = build(kind, latent);
    const sampler = createSampler(program, 'sampler', model, { batch: BATCH });
    const free = sampler.sample({ seed: 7 });
    for (let position = 0; position < model.length; position++) {
      const column = Array.from({ length: BATCH }, (_, n) => free[n * model.length + position]);
      expect([...sampler.step(position, { seed: 7 })], `position ${position}`).toEqual(column);
    }
    expect(sampler.sample({ seed: 8 })).not.toEqual(free);
    const given = tokensOf(latent).map((token, index) => (index % 4 === 1 ? token : -1));
    const guided = sampler.sample({ seed: 7, labels: [0, 1, -1], guidance: 2, given });
    given.forEach((token, index) => token >= 0 && expect(guided[index]).toBe(token));
    expect(sampler.sample({ seed: 7 })).toEqual(free);
  });

  it('begins close to knowing nothing: log K nats', () => {
    const latent = latents['one grid']!;
    const program = createProgram({ seed: 5 });
    open.push(program);
    const model = levels(program, 'prior', { latent }, kinds[kind]!(program));
    const { nats } = define(program, model, BATCH).run({ tokens: tokensOf(latent), given: GIVEN });
    for (const one of nats.data) expect(one / model.length).toBeCloseTo(Math.log(5), 1);
  });
});

/** Which cells a cell's logits change with, in a grid of 5 × 6. */
function seenFrom(kind: string, cell: number): number[] {
  const latent: CodesLatent = { kind: 'codes', levels: [level(5, 6, 4)] };
  const { model, whole } = build(kind, latent);
  const tokens = tokensOf(latent);
  const before = at(whole.run({ tokens, given: GIVEN }).logits.data, model, 0, cell);
  return Array.from({ length: 30 }, (_, changed) => changed).filter((changed) => {
    const other = tokens.map((token, index) => (index === changed ? (token + 1) % 4 : token));
    const after = at(whole.run({ tokens: other, given: GIVEN }).logits.data, model, 0, cell);
    return after.some((logit, k) => logit !== before[k]);
  });
}

describe('the blind spot', () => {
  const cell = 2 * 6 + 2;
  const [above, aboveRight] = [cell - 6, cell - 6 + 2];

  it('PixelCNN sees what is above, but not two to the right of that', () => {
    const seen = seenFrom('pixelcnn', cell);
    expect(seen).toContain(above);
    expect(seen).not.toContain(aboveRight);
  });

  it.each(['gated-pixelcnn', 'pixelsnail'])('%s sees every cell before', (kind) => {
    expect(seenFrom(kind, cell)).toEqual(Array.from({ length: cell }, (_, index) => index));
  });
});
