import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawingSchema } from '../../../../shared/contract';
import { latentSize } from '../../../../shared/specs';
import { drawSamples } from '../../../../main/engine/studio/samples';
import { type LoadedPrior, loadPrior } from '../../../../main/engine/training';
import { tinyPriors } from '../../../support/tiny-models';
import { type Ground, makeGround, makePriorRun } from '../priors/prior-run';
import { train } from '../training/train';

const STEPS = 2;

describe('samples of a seed', () => {
  let ground: Ground;
  let prior: LoadedPrior;
  const draw = async (first: number, count: number) => {
    const reports: number[] = [];
    const { signal } = new AbortController();
    const drawn = await drawSamples(prior, drawingSchema.parse({ first, count, seed: 3 }), {
      signal,
      onProgress: (done) => reports.push(done),
    });
    return { ...drawn, reports };
  };

  beforeAll(async () => {
    ground = await makeGround();
    const run = makePriorRun(ground, 'prior', { kind: 'gpt', ...tinyPriors.gpt }, { steps: STEPS });
    await train(run, ground.dataset);
    prior = await loadPrior(run, STEPS);
  });
  afterAll(() => {
    prior?.dispose();
    ground?.folder.remove();
  });

  it('are the same whichever part of them is asked for, over the border of a batch as well', async () => {
    const size = latentSize(prior.prior.latent);
    const whole = await draw(0, 20);
    const pixels = whole.pictures.pixels.length / 20;
    expect(
      new Set(Array.from({ length: 20 }, (_, n) => whole.codes.slice(n * size, (n + 1) * size).join())).size,
    ).toBeGreaterThan(10);
    for (const [first, count] of [
      [0, 3],
      [5, 8],
      [13, 7],
      [16, 4],
    ] as const) {
      const part = await draw(first, count);
      expect(part.codes).toEqual(whole.codes.slice(first * size, (first + count) * size));
      expect(part.pictures.pixels).toEqual(whole.pictures.pixels.slice(first * pixels, (first + count) * pixels));
      expect(part.reports.every((done) => done >= 0 && done <= count)).toBe(true);
      expect(part.reports).toEqual([...part.reports].sort((a, b) => a - b));
    }
  });
});
