import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawingSchema } from '../../../../shared/contract';
import { scoreIn } from '../../../../shared/metrics';
import { codePriorSchema, kindsOf, latentSize, layersOf, runFolder } from '../../../../shared/specs';
import { decodeWithModel, encodeWithModel, fromLogits } from '../../../../main/engine/coding';
import { priorModel } from '../../../../main/engine/studio/prior-model';
import { drawSamples, surpriseOf } from '../../../../main/engine/studio/samples';
import { type LoadedCodePrior, evaluatePrior, judgeCodes } from '../../../../main/engine/training';
import { loadCodePrior } from '../../../support/code-prior';
import { tinyPriors, tinyQuantizers } from '../../../support/tiny-models';
import { learntOf, metricsOf, tensorsOf } from '../training/fixture';
import { type Ground, makeGround, makePriorRun } from './prior-run';
import { train } from '../training/train';

const STEPS = 20;
const CRASH = 13;
const drawing = drawingSchema.parse({ count: 5, seed: 3 });
const quietly = { signal: new AbortController().signal, onProgress: () => undefined };

/** Latents of every shape: one grid, a grid of stages, two levels. */
const grounds = {
  'one grid': {},
  stages: { quantizer: { kind: 'residual', ...tinyQuantizers.residual } },
  'two levels': {
    kind: 'vq-vae-2',
    hidden: 8,
    residualLayers: 1,
    residualHidden: 4,
    top: { kind: 'vector', codes: 8, dimension: 4 },
    quantizer: { kind: 'vector', codes: 12, dimension: 4 },
  },
};

/** Every prior over codes of the registry. A prior that is added joins by itself. */
describe.each(kindsOf(codePriorSchema).flatMap((kind) => Object.keys(grounds).map((name) => [kind, name] as const)))(
  '%s over codes of %s',
  (kind, name) => {
    let ground: Ground;
    let run: string;
    let prior: LoadedCodePrior;

    beforeAll(async () => {
      expect(Object.keys(tinyPriors), 'tinyPriors in test/support/tiny-models.ts').toContain(kind);
      ground = await makeGround(grounds[name as keyof typeof grounds]);
      const model = { kind, condition: 'class', ...tinyPriors[kind] };
      run = makePriorRun(ground, 'prior', model, { steps: STEPS });
      const crashed = `${run}-crashed`;
      const outcome = await train(run, ground.dataset, {
        onMetrics: ({ step }) => {
          if (step === CRASH && !existsSync(crashed)) cpSync(run, crashed, { recursive: true });
        },
      });
      expect(outcome).toMatchObject({ status: 'finished', step: STEPS, failure: null });
      prior = await loadCodePrior(run, STEPS);
    });
    afterAll(() => {
      prior?.dispose();
      ground?.folder.remove();
    });

    it('learns: finite numbers, and better at the end than knowing nothing', () => {
      const metrics = metricsOf(run);
      for (const { values } of metrics) expect(Object.values(values).every(Number.isFinite)).toBe(true);
      const { values } = metrics.findLast((line) => 'test/nats-uniform' in line.values)!;
      const { name: score } = scoreIn(
        Object.fromEntries(Object.entries(values).map(([name, value]) => [name.replace('test/', ''), value!])),
      );
      expect(values[`test/${score}`]).toBeLessThan(values['test/nats-uniform']!);
    });

    it('is evaluated as it was while it trained', async () => {
      const last = metricsOf(run).findLast((line) => 'test/nats-uniform' in line.values)!.values;
      const { measures } = await evaluatePrior(prior, ground.dataset.directory, 'test');
      for (const [measure, value] of Object.entries(measures))
        expect(value, measure).toBeCloseTo(last[`test/${measure}`]!, 4);
    });

    // What is resumed doesn't depend on the latent: once a kind is enough, and each takes a second training.
    it.runIf(name === 'one grid')('goes on after a crash to the same end bit for bit', async () => {
      const crashed = `${run}-crashed`;
      writeFileSync(`${crashed}/${runFolder.lock}`, '999999999');
      expect(await train(crashed, ground.dataset)).toMatchObject({ status: 'finished', step: STEPS });
      expect(learntOf(crashed)).toEqual(learntOf(run));
      expect(tensorsOf(crashed, STEPS)).toEqual(tensorsOf(run, STEPS));
    });

    it('shows samples as it learns', () => {
      expect(readdirSync(`${run}/${runFolder.previews}`)).toContain(`${STEPS}.u8`);
    });

    it('draws codes that are codes, the same for a seed however many are asked for, others for another', async () => {
      const five = await drawSamples(prior, drawing, quietly);
      const size = latentSize(prior.prior.latent);
      expect(five.codes.length).toBe(5 * size);
      for (const { first, stride, cells, codes } of layersOf(prior.prior.latent))
        for (let item = 0; item < 5; item++)
          for (let cell = 0; cell < cells; cell++) {
            const code = five.codes[item * size + first + cell * stride]!;
            expect(code >= 0 && code < codes).toBe(true);
          }
      const two = await drawSamples(prior, { ...drawing, count: 2 }, quietly);
      expect(two.codes).toEqual(five.codes.slice(0, 2 * size));
      expect(two.pictures.data).toEqual(five.pictures.data.slice(0, two.pictures.data.length));
      const others = await drawSamples(prior, { ...drawing, seed: 4 }, quietly);
      expect(others.codes).not.toEqual(five.codes);
    });

    it('keeps what is settled, of a class, guided and narrowed', async () => {
      const size = latentSize(prior.prior.latent);
      const given = Int32Array.from({ length: size }, (_, at) => (at % 3 === 0 ? at % 7 : -1));
      const options = { ...drawing, count: 2, label: 1, guidance: 2, topK: 5, topP: 0.9, temperature: 0.8, given };
      const { codes } = await drawSamples(prior, options, quietly);
      given.forEach((code, at) => code >= 0 && expect([codes[at], codes[at + size]]).toEqual([code, code]));
    });

    it('says how surprising each code is', () => {
      const size = latentSize(prior.prior.latent);
      const nats = surpriseOf(prior, { kind: 'codes', indices: new Int32Array(size) }, 0);
      expect(nats.length).toBe(size);
      expect(nats.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    });

    // Of one grid `studio/samples.test.ts` looks closer; a third graph for every kind and latent would take long.
    it.runIf(name === 'two levels')('knows what else could have been drawn, as likely as judging has it', async () => {
      const { codes } = await drawSamples(prior, { ...drawing, count: 1, label: 1 }, quietly);
      const open = new Int32Array(codes.length).fill(-1);
      const found = prior.candidates(prior.prior.order ? codes : open, codes, { label: 1 });
      for (const { first, stride, cells, codes: vocabulary } of layersOf(prior.prior.latent))
        for (let cell = 0; cell < cells; cell++) {
          const from = (first + cell * stride) * found.each;
          const of = [...found.codes.slice(from, from + found.each)].filter((code) => code >= 0);
          expect(new Set(of).size).toBe(of.length);
          expect(of.every((code) => code < vocabulary)).toBe(true);
          expect(of.length).toBe(Math.min(found.each, vocabulary));
        }
      if (!prior.prior.order) return;
      judgeCodes(prior, codes, 1).forEach((nats, place) => expect(found.drawn[place]).toBeCloseTo(Math.exp(-nats), 4));
    });

    it('codes codes in −log₂ p to 1 % and 64 bits and gets them back, or refuses to', async () => {
      const model = () => fromLogits(priorModel(prior, null, quietly.signal));
      if (!prior.prior.stepper) return expect(model).toThrow('settles several codes at a time');
      const { latent } = prior.prior;
      const { codes } = await drawSamples(prior, { ...drawing, guidance: 2, label: 0 }, quietly);
      const set = { latent, items: drawing.count, codes };
      const coded = await encodeWithModel(set, model());
      expect(await decodeWithModel(coded, set, model())).toEqual(codes);
      const size = latentSize(latent);
      let bits = 0;
      for (let item = 0; item < set.items; item++) {
        const nats = judgeCodes(prior, codes.slice(item * size, (item + 1) * size), -1);
        bits += nats.reduce((sum, one) => sum + one, 0) / Math.LN2;
      }
      expect(Math.abs(coded.payload.length * 8 - bits)).toBeLessThanOrEqual(0.01 * bits + 64);
    });

    it('refuses a class, and codes, that it does not know', async () => {
      await expect(drawSamples(prior, { ...drawing, label: 2 }, quietly)).rejects.toThrow('There is no class 2');
      const given = new Int32Array(latentSize(prior.prior.latent)).fill(99);
      await expect(drawSamples(prior, { ...drawing, given }, quietly)).rejects.toThrow('There is no code 99');
    });
  },
);
