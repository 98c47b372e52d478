import { afterEach, describe, expect, it } from 'vitest';
import { type CodesLatent, latentSize, layersOf, maskgitSchema } from '../../../../shared/specs';
import { type CodeSampler, createCodePrior, maskgit } from '../../../../main/engine/priors';
import { haltonCells, haltonPositions } from '../../../../main/engine/priors/halton';
import { maskThresholds, settledPerRound } from '../../../../main/engine/priors/mask-schedules';
import { drawnMask } from '../../../../main/engine/priors/drawn-mask';
import { masked } from '../../../../main/engine/priors/masked';
import type { MaskedNetwork } from '../../../../main/engine/priors/masked-network';
import { createMaskedSampler } from '../../../../main/engine/priors/masked-sampler';
import { tokenSequence } from '../../../../main/engine/priors/sequence';
import * as ops from '../../../../main/engine/tensorflow/ops';
import { type Program, createProgram } from '../../../../main/engine/tensorflow/graph';
import type { Tensor } from '../../../../main/engine/tensorflow/native/load';
import { expectClose } from '../../../gradients/check';

const BATCH = 4;
const schedules = ['cosine', 'arccos', 'linear', 'square', 'cubic', 'square-root'] as const;

const grid: CodesLatent = { kind: 'codes', levels: [{ axes: [2, 2], depth: 1, codes: 3, dimension: 2 }] };
const deep: CodesLatent = {
  kind: 'codes',
  levels: [
    { axes: [1, 2], depth: 1, codes: 4, dimension: 2 },
    { axes: [2, 3], depth: 2, codes: 5, dimension: 2 },
  ],
};
const wide: CodesLatent = { kind: 'codes', levels: [{ axes: [4, 5], depth: 1, codes: 7, dimension: 2 }] };

const open: Program[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

/** A small prior whose weights are far from their small first values, so that every code says much about the others. */
function build(latent: CodesLatent, spec: object = {}, classes = 0) {
  const program = createProgram({ seed: 5 });
  open.push(program);
  const small = { kind: 'maskgit', layers: 1, dimension: 16, heads: 2, dropout: 0, ...spec };
  const prior = createCodePrior(program, maskgitSchema.parse(small), { latent, classes, seed: 9 });
  const wider = program.trainable.map(
    ({ name }) => [name, (program.read([name])[name]!.data as Float32Array).map((value) => value * 6)] as const,
  );
  program.load(Object.fromEntries(wider));
  return { program, prior, size: latentSize(latent) };
}

function judged({ program, prior, size }: ReturnType<typeof build>, rows: readonly (readonly number[])[], label = -1) {
  const feeds = {
    codes: { shape: [rows.length, size], dtype: 'int32' },
    labels: { shape: [rows.length], dtype: 'int32' },
  } as const;
  const call = program.define('judge', { feeds }, ({ codes, labels }) => {
    const { nats, hits } = prior.judge(codes, labels);
    return { nats, hits, surprise: prior.surprise!(codes, labels) };
  });
  const given = { codes: Int32Array.from(rows.flat()), labels: new Int32Array(rows.length).fill(label) };
  return { captured: call.run(given), eager: call.runEagerly(given) };
}

type Drawing = Parameters<CodeSampler['draw']>[0];
function draw(sampler: CodeSampler, options: Drawing) {
  const drawing = sampler.draw(options);
  const drawn: number[] = [];
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return { codes: value, drawn };
    drawn.push(value.drawn);
  }
}

describe('mask schedules', () => {
  it.each(schedules)('%s settles every code, at least one a round, in as many rounds as asked for', (schedule) => {
    for (const count of [1, 5, 64, 100])
      for (const rounds of [1, 3, 8, 200]) {
        const settled = settledPerRound(schedule, count, rounds);
        expect(settled.reduce((a, b) => a + b, 0)).toBe(count);
        expect(Math.min(...settled)).toBeGreaterThan(0);
        expect(settled.length).toBeLessThanOrEqual(Math.min(rounds, count));
      }
  });

  it('leaves open what the paper’s cosine does: few codes at first, most at the end', () => {
    // ⌊64 cos(πt/16)⌋ for t = 1 … 8: 62, 59, 53, 45, 35, 24, 12, 0
    expect(settledPerRound('cosine', 64, 8)).toEqual([2, 3, 6, 8, 10, 11, 12, 12]);
    expect(settledPerRound('linear', 64, 8)).toEqual([8, 8, 8, 8, 8, 8, 8, 8]);
  });

  it.each(schedules)('%s: training masks ⌈γ(r) · L⌉ codes, at least one and as many as asked for', (schedule) => {
    const gamma = {
      cosine: (r: number) => Math.cos((Math.PI / 2) * r),
      arccos: (r: number) => (2 / Math.PI) * Math.acos(r),
      linear: (r: number) => 1 - r,
      square: (r: number) => 1 - r ** 2,
      cubic: (r: number) => 1 - r ** 3,
      'square-root': (r: number) => 1 - r ** 0.5,
    }[schedule];
    const masked = (r: number, least = 0) => maskThresholds(schedule, 50, least).filter((bound) => r < bound).length;
    for (const r of [0.013, 0.21, 0.4999, 0.77, 0.998]) {
      expect(masked(r)).toBe(Math.ceil(gamma(r) * 50));
      expect(masked(r, 0.5)).toBe(Math.max(25, Math.ceil(gamma(r) * 50)));
    }
    expect(masked(0.9999999)).toBeGreaterThanOrEqual(1);
  });
});

describe('Halton’s order', () => {
  it('has every cell once, and the first cells of a square lie far apart', () => {
    for (const [height, width] of [
      [1, 1],
      [3, 5],
      [8, 8],
      [32, 32],
    ] as const) {
      const cells = haltonCells([height, width]);
      expect([...cells].sort((a, b) => a - b)).toEqual(Array.from({ length: height * width }, (_, cell) => cell));
    }
    // points (1/2, 1/3), (1/4, 2/3), (3/4, 1/9), (1/8, 4/9) of 8 × 8
    expect(haltonCells([8, 8]).slice(0, 4)).toEqual([34, 21, 48, 11]);
  });
});

describe('training a MaskGIT', () => {
  const step = { shape: [], dtype: 'int32' } as const;

  it('masks as many codes as the schedule says, every place as often, others at each step', () => {
    const program = createProgram();
    open.push(program);
    const [items, length] = [64, 20];
    const thresholds = maskThresholds('square', length, 0.2);
    const call = program.define('mask', { feeds: { step } }, (fed) => ({
      mask: ops.cast(drawnMask(items, thresholds, 7, fed.step), 'int32'),
    }));
    const at = (number: number) => [...call.run({ step: number }).mask.data];
    expect(at(1)).toEqual(at(1));
    expect(call.runEagerly({ step: 1 }).mask.data).toEqual(call.run({ step: 1 }).mask.data);
    expect(at(1)).not.toEqual(at(2));
    const counts: number[] = [];
    const places = new Array<number>(length).fill(0);
    const STEPS = 50;
    for (let number = 1; number <= STEPS; number++) {
      const mask = at(number);
      mask.forEach((one, index) => (places[index % length]! += one / STEPS / items));
      for (let item = 0; item < items; item++)
        counts.push(mask.slice(item * length, (item + 1) * length).reduce((a, b) => a + b, 0));
    }
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([4, length]);
    // ⌈20 (1 − r²)⌉ ≤ 10 for r ≥ √½; of 3,200 items a share varies by 0.009 at most
    expect(counts.filter((count) => count <= 10).length / counts.length).toBeCloseTo(1 - Math.SQRT1_2, 1);
    const mean = places.reduce((a, b) => a + b, 0) / length;
    for (const place of places) expect(Math.abs(place - mean)).toBeLessThan(0.04);
  });

  it('shows the mask where it asks, and asks nowhere else; smoothing spreads the target over what can stand there', () => {
    const program = createProgram();
    open.push(program);
    const sequence = tokenSequence(deep, 'raster');
    const { length, vocabulary } = sequence;
    /** Sure of token 0 where it sees a token; where it sees the mask, all tokens are alike. */
    const fake: MaskedNetwork = {
      length,
      vocabulary,
      states: (tokens) => ops.expandDims(ops.cast(ops.equal(tokens, vocabulary), 'float32'), 2),
      head: (isMasked) => {
        const first = ops.where(ops.equal(ops.range(0, vocabulary), 0), 50, 0);
        return ops.mul(ops.sub(1, isMasked), first);
      },
    };
    const how = { latent: deep, sequence, classes: 0, dropCondition: 0, schedule: 'linear', leastMasked: 0 } as const;
    const lossOf = (smoothing: number) => masked(program, 'fake', fake, { ...how, smoothing, seed: 1 }).loss;
    const feeds = { codes: { shape: [1, length], dtype: 'int32' }, step } as const;
    const call = program.define('loss', { feeds }, (fed) => {
      const labels = ops.fill([1], -1);
      const smooth = lossOf(0.3)(fed.codes, ops.cast(labels, 'int32'), fed.step);
      return { total: lossOf(0)(fed.codes, ops.cast(labels, 'int32'), fed.step).total, smooth: smooth.total };
    });
    for (let number = 1; number < 6; number++) {
      const { total, smooth } = call.run({ codes: new Int32Array(length).fill(3), step: number });
      // ln 4 of the coarse codes, ln 5 of the others: a mean of these, and never the 50 of a code that is seen
      expect(total.data[0]).toBeGreaterThan(Math.log(4) - 1e-5);
      expect(total.data[0]).toBeLessThan(Math.log(5) + 1e-5);
      expect(smooth.data[0]).toBeCloseTo(total.data[0]!, 5);
    }
  });
});

describe('judging by a MaskGIT', () => {
  const sequences = Array.from({ length: 81 }, (_, number) =>
    [27, 9, 3, 1].map((place) => Math.floor(number / place) % 3),
  );

  it('is a likelihood: over all 81 items of 2 × 2 codes out of 3 it sums to 1', () => {
    const { captured, eager } = judged(build(grid), sequences);
    const total = sequences.reduce((sum, _, item) => {
      const nats = captured.nats.data.slice(item * 4, item * 4 + 4);
      return sum + Math.exp(-[...nats].reduce((a, b) => a + b, 0));
    }, 0);
    expect(total).toBeCloseTo(1, 4);
    expectClose(eager.nats.data, captured.nats.data, 1e-5, 'eager');
  });

  it('also of several levels and stages, whose tokens never mix: Σ over the last code of p is 1', () => {
    const made = build(deep);
    const rows = Array.from({ length: 5 }, (_, code) => [3, 0, ...Array.from({ length: 11 }, (_, at) => at % 5), code]);
    // the last code is of the last stage: the others never see it unless they come later in Halton's order
    const { captured } = judged(made, rows);
    expect([...captured.nats.data].every((nats) => Number.isFinite(nats) && nats >= 0)).toBe(true);
    const total = rows.reduce((sum, _, item) => sum + Math.exp(-captured.surprise.data[item * 14 + 13]!), 0);
    expect(total).toBeCloseTo(1, 4);
  });

  it('is surprised by a code given the others, not by its own presence', () => {
    const made = build(grid);
    const { captured } = judged(made, [
      [0, 1, 2, 0],
      [1, 1, 2, 0],
      [2, 1, 2, 0],
    ]);
    const p = [0, 1, 2].map((item) => Math.exp(-captured.surprise.data[item * 4]!));
    expect(p[0]! + p[1]! + p[2]!).toBeCloseTo(1, 5);
  });
});

describe('drawing by a MaskGIT', () => {
  const variants = {
    'by confidence': {},
    'in Halton’s order': { choice: 'halton' },
    'guided, of a class': { labels: [0, 1, 0, -1], guidance: 3 },
    narrowed: { topK: 3, topP: 0.8, temperature: 0.7 },
  } as const;

  it.each(Object.entries(variants))('%s: settles as many a round as the schedule says', (_, variant) => {
    const made = build(wide, { condition: 'class' }, 2);
    const sampler = made.prior.sampler({ batch: BATCH });
    for (const rounds of [1, 4, 8]) {
      const { codes, drawn } = draw(sampler, { seed: 3, rounds, ...variant });
      let before = 0;
      expect(drawn).toEqual(settledPerRound('cosine', made.size, rounds).map((count) => (before += count)));
      expect([...codes].every((code) => code >= 0 && code < 7)).toBe(true);
    }
  });

  it.each(Object.entries(variants))('%s: repeats with the seed and never changes what is given', (_, variant) => {
    const made = build(deep, { condition: 'class' }, 2);
    const sampler = made.prior.sampler({ batch: BATCH });
    const given = Int32Array.from({ length: BATCH * made.size }, (_, at) => (at % 3 === 0 ? at % 4 : -1));
    const all = { seed: 3, ...variant };
    expect(draw(sampler, all).codes).toEqual(draw(sampler, all).codes);
    expect(draw(sampler, { ...all, seed: 4 }).codes).not.toEqual(draw(sampler, all).codes);
    const { codes } = draw(sampler, { ...all, given });
    given.forEach((code, at) => code >= 0 && expect(codes[at]).toBe(code));
    for (const { first, stride, cells, codes: count } of layersOf(deep))
      for (let cell = 0; cell < cells; cell++) expect(codes[first + cell * stride]).toBeLessThan(count);
  });

  it('never changes a code once it is settled, and each sequence settles its own number', () => {
    const program = createProgram({ seed: 5 });
    open.push(program);
    const network = maskgit(program, 'net', { vocabulary: 7, length: 20, layers: 1, dimension: 16, heads: 2 });
    const halton = haltonPositions(wide, tokenSequence(wide, 'raster'));
    const how = { batch: BATCH, schedule: 'cosine', halton, restrict: (logits: Tensor) => logits } as const;
    const sampler = createMaskedSampler(program, 'sampler', network, how);
    // of 20 codes 20, 15, 1 and none are open
    const opened = [20, 15, 1, 0];
    const given = Int32Array.from({ length: BATCH * 20 }, (_, at) => (at % 20 < opened[Math.floor(at / 20)]! ? -1 : 2));
    for (const choice of ['confidence', 'halton'] as const) {
      let before: Int32Array = given;
      const plans = opened.map((count) => settledPerRound('cosine', count, 5));
      const rounds = [...sampler.draw({ seed: 1, rounds: 5, given, choice })];
      rounds.forEach(({ tokens }, round) => {
        const settledNow = [0, 0, 0, 0];
        tokens.forEach((token, at) => {
          if (before[at]! >= 0) expect(token).toBe(before[at]);
          else if (token >= 0) settledNow[Math.floor(at / 20)]! += 1;
        });
        expect(settledNow).toEqual(plans.map((plan) => plan[round] ?? 0));
        before = tokens;
      });
      expect(rounds.length).toBe(5);
      expect([...before].every((token) => token >= 0 && token < 7)).toBe(true);
    }
  });

  it('in one round draws every code by itself: from what it is given nothing, independently', () => {
    const made = build(grid);
    const sampler = made.prior.sampler({ batch: 64 });
    const counts = new Float64Array(81);
    const ROUNDS = 120;
    for (let seed = 0; seed < ROUNDS; seed++) {
      const { codes } = draw(sampler, { seed, rounds: 1 });
      for (let item = 0; item < 64; item++) {
        const number = codes.slice(item * 4, item * 4 + 4).reduce((sum, code) => sum * 3 + code, 0);
        counts[number]! += 1 / (64 * ROUNDS);
      }
    }
    const share = (place: number, code: number) =>
      counts.reduce((sum, p, number) => sum + (Math.floor(number / 3 ** (3 - place)) % 3 === code ? p : 0), 0);
    // 7,680 draws: a share varies by at most 0.006, a product of four shares by less
    counts.forEach((p, number) => {
      const product = [0, 1, 2, 3].reduce(
        (all, place) => all * share(place, Math.floor(number / 3 ** (3 - place)) % 3),
        1,
      );
      expect(Math.abs(p - product)).toBeLessThan(0.02);
    });
  });

  it('in Halton’s order draws from the distribution that it judges by', () => {
    const made = build(grid);
    const sampler = made.prior.sampler({ batch: 64 });
    const all = Array.from({ length: 81 }, (_, number) => [27, 9, 3, 1].map((place) => Math.floor(number / place) % 3));
    const { captured } = judged(made, all);
    const counts = new Float64Array(81);
    const ROUNDS = 120;
    for (let seed = 0; seed < ROUNDS; seed++) {
      const { codes } = draw(sampler, { seed, choice: 'halton' });
      for (let item = 0; item < 64; item++)
        counts[codes.slice(item * 4, item * 4 + 4).reduce((sum, code) => sum * 3 + code, 0)]! += 1 / (64 * ROUNDS);
    }
    all.forEach((_, item) => {
      const nats = captured.nats.data.slice(item * 4, item * 4 + 4);
      const p = Math.exp(-[...nats].reduce((a, b) => a + b, 0));
      expect(Math.abs(counts[item]! - p), `item ${item}`).toBeLessThan(0.02);
    });
  });

  it('is told its class: one that was never told of is drawn as if of none', () => {
    const made = build(wide, { condition: 'class' }, 2);
    const sampler = made.prior.sampler({ batch: BATCH });
    const of = (options: Partial<Drawing>) => draw(sampler, { seed: 6, ...options }).codes;
    expect(of({ labels: [-1, -1, -1, -1] })).toEqual(of({}));
    expect(of({ labels: [0, 0, 0, 0] })).not.toEqual(of({ labels: [1, 1, 1, 1] }));
    expect(of({ labels: [1, 1, 1, 1], guidance: 1 })).toEqual(of({ labels: [1, 1, 1, 1] }));
    expect(of({ labels: [1, 1, 1, 1], guidance: 0 })).toEqual(of({}));
  });
});
