import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrawingProgress, type Items, drawingSchema, qualitySchema } from '../../../../shared/contract';
import { featuresFileName, latentSize } from '../../../../shared/specs';
import { isTrunkSetUp, trunkIdentity } from '../../../../main/engine/perceptual';
import { nearestItems } from '../../../../main/engine/studio/nearest-items';
import { measureSamples } from '../../../../main/engine/studio/sample-quality';
import { drawSamples, drawingReports } from '../../../../main/engine/studio/samples';
import { watchSample } from '../../../../main/engine/studio/watch-sample';
import type { LoadedCodePrior } from '../../../../main/engine/training';
import { openDatasetCodes } from '../../../../main/engine/training/dataset-latents';
import { loadCodePrior } from '../../../support/code-prior';
import { tinyPriors } from '../../../support/tiny-models';
import { type Ground, makeGround, makePriorRun } from '../priors/prior-run';
import { train } from '../training/train';

const STEPS = 2;
const quietly = { signal: new AbortController().signal, onProgress: () => undefined };
const { count: _count, first: _first, given: _given, ...plain } = drawingSchema.parse({ seed: 5 });
const narrowed = { ...plain, label: 1, guidance: 3, temperature: 0.7, topK: 6, topP: 0.9 };

/** p of each token: exp(z / temperature), normalised. */
function softmax(logits: ArrayLike<number>, temperature = 1): number[] {
  const most = Math.max(...Array.from(logits));
  const weights = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

describe('samples', () => {
  let ground: Ground;
  const priors: Record<string, LoadedCodePrior> = {};

  beforeAll(async () => {
    ground = await makeGround();
    for (const kind of ['gpt', 'maskgit']) {
      const run = makePriorRun(ground, kind, { kind, condition: 'class', ...tinyPriors[kind] }, { steps: STEPS });
      await train(run, ground.dataset);
      priors[kind] = await loadCodePrior(run, STEPS);
    }
  });
  afterAll(() => {
    for (const prior of Object.values(priors)) prior.dispose();
    ground?.folder.remove();
  });

  describe('of a seed', () => {
    const draw = async (first: number, count: number) => {
      const reports: number[] = [];
      const { signal } = new AbortController();
      const drawn = await drawSamples(priors.gpt!, drawingSchema.parse({ first, count, seed: 3 }), {
        signal,
        onProgress: (done) => reports.push(done),
      });
      return { ...drawn, reports };
    };

    it('are the same whichever part of them is asked for, over the border of a batch as well', async () => {
      const size = latentSize(priors.gpt!.prior.latent);
      const whole = await draw(0, 20);
      const pixels = whole.pictures.data.length / 20;
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
        expect(part.pictures.data).toEqual(whole.pictures.data.slice(first * pixels, (first + count) * pixels));
        expect(part.reports.every((done) => done >= 0 && done <= count)).toBe(true);
        expect(part.reports).toEqual([...part.reports].sort((a, b) => a - b));
      }
    });
  });

  describe('watched as they are drawn', () => {
    it.each([
      ['gpt', plain],
      ['gpt', narrowed],
      ['maskgit', plain],
      ['maskgit', { ...narrowed, rounds: 5, choice: 'halton' as const }],
    ])('of a %s gives the very codes that drawing gives for its number', async (kind, how) => {
      const prior = priors[kind]!;
      const size = latentSize(prior.prior.latent);
      const number = 19;
      const { codes } = await drawSamples(prior, { ...how, given: null, first: 17, count: 4 }, quietly);
      const watched = await watchSample(prior, { ...how, number }, quietly);
      expect(watched.codes).toEqual(codes.slice((number - 17) * size, (number - 16) * size));
      expect([watched.codes.length, watched.turns.length, watched.drawn.length]).toEqual([size, size, size]);
      const tables = watched.inRounds ? watched.turnCount : 1;
      expect(watched.candidates.length).toBe(tables * size * watched.each);
      watched.codes.forEach((code, place) => {
        const table = watched.inRounds ? watched.turns[place]! : 0;
        const from = (table * size + place) * watched.each;
        const candidates = [...watched.candidates.slice(from, from + watched.each)];
        const probabilities = [...watched.probabilities.slice(from, from + watched.each)];
        expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
        expect(probabilities.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1.0001);
        expect(watched.drawn[place]).toBeGreaterThan(0);
        const rank = candidates.indexOf(code);
        if (rank >= 0) expect(probabilities[rank]).toBeCloseTo(watched.drawn[place]!, 5);
        else expect(watched.drawn[place]).toBeLessThanOrEqual(probabilities.at(-1)! + 1e-6);
      });
    });

    it('of a GPT goes in its own order, with the probabilities that it has step by step', async () => {
      const { prior, ...loaded } = priors.gpt!;
      const how = { ...plain, temperature: 0.5 };
      const { codes, turns, turnCount, drawn, candidates, probabilities, each } = await watchSample(
        { prior, ...loaded },
        { ...how, number: 2 },
        quietly,
      );
      const { order, next } = loaded.stepper(1)!;
      expect(turnCount).toBe(order.length);
      order.forEach((place, turn) => {
        expect(turns[place]).toBe(turn);
        const { values } = next(turn, Int32Array.of(codes[order[turn - 1] ?? 0]!));
        const p = softmax(values, 0.5);
        expect(drawn[place]).toBeCloseTo(p[codes[place]!]!, 4);
        const likeliest = p.map((value, code) => ({ value, code })).sort((a, b) => b.value - a.value);
        expect(probabilities[place * each]).toBeCloseTo(likeliest[0]!.value, 4);
        expect(p[candidates[place * each]!]).toBeCloseTo(likeliest[0]!.value, 4);
      });
    });

    it('of a MaskGIT tells the rounds: as many as asked for, more codes in the later ones, all of them in the end', async () => {
      const { turns, turnCount, inRounds } = await watchSample(
        priors.maskgit!,
        { ...plain, rounds: 4, number: 0 },
        quietly,
      );
      expect([inRounds, turnCount]).toEqual([true, 4]);
      const settled = Array.from({ length: 4 }, (_, round) => turns.filter((turn) => turn === round).length);
      expect(settled.reduce((a, b) => a + b, 0)).toBe(turns.length);
      expect(settled).toEqual([...settled].sort((a, b) => a - b));
    });

    it('refuses a class that is none', async () => {
      await expect(watchSample(priors.gpt!, { ...plain, label: 9, number: 0 }, quietly)).rejects.toThrow('no class 9');
    });

    it('shows what is being drawn: open places grey, and in the end what was drawn', async () => {
      const { autoencoder } = priors.gpt!;
      const { height, width, channels } = autoencoder.info.signal;
      const grey = autoencoder.reconstruct(new Uint8Array(height * width * channels).fill(128), 1);
      const shown: { first: number; pictures: Items }[] = [];
      const drawing = drawingSchema.parse({ count: 4, first: 14, seed: 5 });
      const { pictures: last } = await drawSamples(priors.gpt!, drawing, {
        ...quietly,
        onPictures: (first, pictures) => shown.push({ first, pictures: pictures() }),
      });
      expect([...new Set(shown.map(({ first }) => first))]).toEqual([14, 16]);
      expect(shown.every(({ pictures }) => pictures.count === 2)).toBe(true);
      const itemBytes = grey.length;
      const changed = shown
        .filter(({ first }) => first === 14)
        .map(({ pictures }) => grey.reduce((sum, value, at) => sum + Math.abs(value - pictures.data[at]!), 0));
      expect(changed.every((each) => each > 0)).toBe(true);
      expect(shown.findLast(({ first }) => first === 14)!.pictures.data).toEqual(last.data.slice(0, 2 * itemBytes));
    });

    it('reports pictures only where they were asked for', async () => {
      const reports: DrawingProgress[] = [];
      await drawSamples(
        priors.gpt!,
        drawingSchema.parse({ count: 2 }),
        drawingReports(quietly.signal, (report) => reports.push(report), false),
      );
      expect(reports.at(-1)).toMatchObject({ done: 2, total: 2 });
      expect(reports.every(({ soFar }) => soFar === undefined)).toBe(true);
    });
  });

  describe('beside real pictures', () => {
    let codes: Int32Array;
    const phases = new Set<string>();
    const asked = () => ({
      datasetDirectory: ground.dataset.directory,
      signal: quietly.signal,
      onProgress: (phase: string) => void phases.add(phase),
    });
    beforeAll(async () => {
      codes = (await openDatasetCodes(ground.dataset.directory, priors.gpt!.autoencoder)).of([3]);
    });

    it('tells the training pictures nearest to a sample, and that one has the very same codes', async () => {
      const found = await nearestItems(priors.gpt!, { ...asked(), codes, count: 3 });
      const size = latentSize(priors.gpt!.prior.latent);
      expect(found.by).toBe(isTrunkSetUp() ? 'features' : 'pixels');
      expect(found.items).toHaveLength(3);
      expect(found.pictures.count).toBe(3);
      const distances = found.items.map(({ distance }) => distance);
      expect(distances).toEqual([...distances].sort((a, b) => a - b));
      expect(found.identical).toBeGreaterThanOrEqual(1);
      expect(found.trainingItems).toBe(24);
      expect(found.heldOut!.items).toBe(6);
      for (const { sameCodes } of found.items) expect(sameCodes).toBeLessThanOrEqual(size);
      const other = codes.map((code) => (code + 1) % 2);
      expect((await nearestItems(priors.gpt!, { ...asked(), codes: other, count: 1 })).identical).toBe(0);
    });

    it('names classes as the dataset does, whatever their numbers are to the prior', async () => {
      const gpt = priors.gpt!;
      const reversed = { ...gpt, manifest: { ...gpt.manifest, classes: [...gpt.manifest.classes].reverse() } };
      const [ours, theirs] = [gpt, reversed].map((one) => nearestItems(one, { ...asked(), codes, count: 3 }));
      const classes = (await ours!).items.map((item) => item.class);
      expect(classes.some((name) => name !== null)).toBe(true);
      expect((await theirs!).items.map((item) => item.class)).toEqual(classes);
    });

    it('refuses codes that are none', async () => {
      const wrong = nearestItems(priors.gpt!, { ...asked(), codes: codes.map(() => 9999), count: 1 });
      await expect(wrong).rejects.toThrow('There is no code 9999');
    });

    describe.skipIf(!isTrunkSetUp())('by what the trunk sees', () => {
      const file = () => path.join(ground.dataset.directory, featuresFileName(trunkIdentity(), 'train'));

      it('looks at the training pictures once, and again where what it left is damaged', async () => {
        await nearestItems(priors.gpt!, { ...asked(), codes, count: 1 });
        const { mtimeMs, size } = statSync(file());
        phases.clear();
        const first = await nearestItems(priors.gpt!, { ...asked(), codes, count: 2 });
        expect(phases).not.toContain('features');
        expect(statSync(file()).mtimeMs).toBe(mtimeMs);
        writeFileSync(file(), 'torn');
        expect(await nearestItems(priors.gpt!, { ...asked(), codes, count: 2 })).toEqual(first);
        expect(phases).toContain('features');
        expect(statSync(file()).size).toBe(size);
      });

      it('measures samples of the classes of a split’s pictures, beside real ones', async () => {
        const what = { ...qualitySchema.parse({ count: 32, split: 'train' }), ...asked() };
        const found = await measureSamples(priors.gpt!, what);
        expect(found).toMatchObject({ samples: 32, items: 24, byClass: true, realItems: 6, split: 'train' });
        const names = ['fid-like', 'kid-like', 'precision', 'recall', 'density', 'coverage'];
        expect(Object.keys(found.measures)).toEqual(names);
        expect(Object.keys(found.realMeasures)).toEqual(names);
        expect(Object.values(found.measures).every(Number.isFinite)).toBe(true);
        // an autoencoder of two steps makes blobs: real pictures are nearer to each other
        expect(found.measures['fid-like']).toBeGreaterThan(found.realMeasures['fid-like']!);
      });

      it('measures samples of no class where the prior knows none of the dataset’s', async () => {
        const gpt = priors.gpt!;
        const stranger = { ...gpt, manifest: { ...gpt.manifest, classes: ['cat', 'dog'] } };
        const what = { ...qualitySchema.parse({ count: 32, split: 'train' }), ...asked() };
        expect((await measureSamples(stranger, what)).byClass).toBe(false);
      });

      it('stops when it is cancelled, leaving nothing half done', async () => {
        const controller = new AbortController();
        const cancelled = measureSamples(priors.gpt!, {
          ...asked(),
          ...qualitySchema.parse({ count: 64 }),
          signal: controller.signal,
          onProgress: (phase) => phase === 'drawing' && controller.abort(),
        });
        await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
        expect(existsSync(file())).toBe(true);
      });
    });

    it('asks for settings as drawing does', () => {
      const { count, split, ...how } = qualitySchema.parse({});
      expect([count, split]).toEqual([512, 'test']);
      expect(drawingSchema.parse({})).toMatchObject(how);
    });
  });
});
