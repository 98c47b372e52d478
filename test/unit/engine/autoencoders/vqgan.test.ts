import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoencoderSchema, runFolder, runSpecSchema, vitVqganSchema, vqganSchema } from '../../../../shared/specs';
import { createAutoencoder } from '../../../../main/engine/autoencoders';
import { exportRun } from '../../../../main/engine/export';
import { readSafetensors } from '../../../../main/engine/formats/safetensors';
import { isTrunkSetUp } from '../../../../main/engine/perceptual';
import { createProgram } from '../../../../main/engine/tensorflow/graph';
import { learnerOf } from '../../../../main/engine/training/autoencoder-session';
import { defineTrainStep } from '../../../../main/engine/training/train-step';
import { evaluateRun, loadRun, planRun } from '../../../../main/engine/training';
import {
  type Dataset,
  learntOf,
  makeDataset,
  makeRun,
  metricsOf,
  temporaryFolder,
  tensorsOf,
} from '../training/fixture';
import { train } from '../training/train';

const START = 8;
const small = { kind: 'vqgan', channels: 4, multiples: [1, 2], blocks: 1, attention: 16, groups: 2, latentChannels: 4 };
const adversarial = { start: START, layers: 1, channels: 4 };
// With the term where it can be had: its trunk is fetched in set-up.
const perceptual = { weight: isTrunkSetUp() ? 0.1 : 0 };
const side = { width: 8, layers: 1, heads: 2 };
const vector = { kind: 'vector', codes: 16, dimension: 4 };
const cases: Record<string, { model: object; terms: string[] }> = {
  'a VQGAN with dropout and EMA codes that are revived': {
    model: { ...small, dropout: 0.1, perceptual, adversarial, quantizer: { ...vector, reviveAfter: 3 } },
    terms: ['reconstruction', 'adversarial', 'commitment', ...(isTrunkSetUp() ? ['perceptual'] : [])],
  },
  'a ViT-VQGAN with an R1 penalty': {
    model: {
      kind: 'vit-vqgan',
      patch: 4,
      encoder: side,
      decoder: { ...side, width: 12, heads: 3 },
      quantizer: { kind: 'factorised', codes: 16, dimension: 8, codeDimension: 4, update: 'gradient' },
      perceptual: { weight: 0 },
      adversarial: { ...adversarial, penalty: 1, penaltyEvery: 5, norm: 'group' },
    },
    terms: ['reconstruction', 'logit-laplace', 'adversarial', 'commitment', 'codebook'],
  },
};
const STEPS = 20;
/** Before and after the onset; what was saved is from step 5 and from step 10. */
const CRASHES = [7, 12];
const names = Object.keys(cases);

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  // Sides that neither halvings nor patches divide.
  dataset = await makeDataset(folder.path('dataset'), { height: 19, width: 22 });
});
afterAll(folder.remove);

describe.each(names)('%s', (name) => {
  const { model, terms } = cases[name]!;
  const run = folder.path(String(names.indexOf(name)));
  const crashedAt = (step: number) => `${run}-crashed-${step}`;

  beforeAll(async () => {
    makeRun(run, dataset, {
      model: { quantizer: undefined, ...model },
      training: { steps: STEPS, evaluateEvery: 10, checkpointEvery: 5, keep: 10, averageDecay: 0.9 },
    });
    const outcome = await train(run, dataset, {
      onMetrics: ({ step }) => {
        if (CRASHES.includes(step) && !existsSync(crashedAt(step))) cpSync(run, crashedAt(step), { recursive: true });
      },
    });
    expect(outcome).toMatchObject({ status: 'finished', step: STEPS, failure: null });
  });

  it('has terms that sum to the loss with the discriminator’s, which shows from when on it takes part', () => {
    const steps = metricsOf(run).filter(({ values }) => 'loss' in values);
    expect(steps).toHaveLength(STEPS);
    for (const { step, values } of steps) {
      expect(Object.values(values).every(Number.isFinite)).toBe(true);
      const own = Object.keys(values).filter((key) => key.startsWith('loss/'));
      expect(own.sort()).toEqual(terms.map((term) => `loss/${term}`).sort());
      const sum = own.reduce((total, key) => total + values[key]!, 0) + values.discriminator!;
      expect(sum).toBeCloseTo(values.loss!, 4);
      for (const key of ['discriminator', 'discriminator-weight', 'loss/adversarial'])
        expect(values[key] !== 0 && !Object.is(values[key], -0), `${key} at ${step}`).toBe(step > START);
      for (const key of ['logits-original', 'logits-reconstruction'])
        expect(key in values, `${key} at ${step}`).toBe(step > START);
    }
  });

  it('leaves the discriminator as it was drawn until the onset, and then trains it', () => {
    const kernels = [5, 10, 20].map((step) => {
      const { 'discriminator/conv0/kernel': kernel } = tensorsOf(run, step);
      return kernel ? [...kernel.data] : [];
    });
    const program = createProgram({ seed: 3 });
    const spec = runSpecSchema.parse({ dataset: 'd', model });
    createAutoencoder(program, autoencoderSchema.parse(spec.model), {
      signal: dataset.signal,
      dataVariance: 1,
      seed: 3,
    }).beginTraining?.();
    expect(kernels[0]).toEqual([...program.read()['discriminator/conv0/kernel']!.data]);
    expect(kernels[1]).not.toEqual(kernels[0]);
    expect(kernels[2]).not.toEqual(kernels[1]);
    program.dispose();
  });

  it.each(CRASHES)('continues after a crash at step %i, to the same end bit for bit', async (step) => {
    const crashed = crashedAt(step);
    writeFileSync(path.join(crashed, runFolder.lock), '999999999');
    expect(await train(crashed, dataset)).toMatchObject({ status: 'finished', step: STEPS });
    expect(learntOf(crashed)).toEqual(learntOf(run));
    expect(tensorsOf(crashed, STEPS)).toEqual(tensorsOf(run, STEPS));
  });

  it('is evaluated, planned and exported without its judges, as the trainer evaluated it', async () => {
    const loaded = await loadRun(run, STEPS);
    const others = loaded.program.variables.filter(({ name: own }) => /^(discriminator|perceptual-trunk)/.test(own));
    expect(others).toEqual([]);
    const { evaluation } = await evaluateRun(loaded, dataset.directory, 'test');
    const last = metricsOf(run).findLast(({ values }) => 'test/nmse' in values)!.values;
    expect(evaluation.measures.nmse).toBeCloseTo(last['test/nmse']!, 5);

    await exportRun({ runDirectory: run, step: STEPS, format: 'safetensors', directory: `${run}-safetensors` });
    const { tensors } = readSafetensors(readFileSync(`${run}-safetensors/model.safetensors`));
    expect(Object.keys(tensors).sort()).toEqual(loaded.model.weights.map((one) => one.name).sort());
    const plan = planRun(loaded.manifest.spec, dataset.signal);
    expect(plan.latent).toEqual(loaded.latent);
    expect(plan.parameters).toBe(
      loaded.model.weights.reduce((sum, { shape }) => sum + shape.reduce((product, one) => product * one, 1), 0),
    );
    loaded.dispose();
  });
});

describe('a training step over the onset', () => {
  const signal = { kind: 'picture', height: 12, width: 16, channels: 3 } as const;
  const penalised = { ...adversarial, start: 1, penalty: 1, penaltyEvery: 2 };
  const spec = runSpecSchema.parse({
    dataset: 'd',
    model: { ...small, attention: 0, perceptual: { weight: 0 }, adversarial: penalised, quantizer: vector },
    training: { batch: 4, steps: 10, optimizer: { kind: 'adamw' }, clipNorm: 1 },
  });

  function open(
    isCaptured: boolean,
    { accumulate = 1, ...changes }: { accumulate?: number; [field: string]: unknown } = {},
  ) {
    const model = { ...spec.model, adversarial: { ...penalised, ...changes } };
    const { model: changed } = runSpecSchema.parse({ ...spec, model });
    const program = createProgram({ seed: 3 });
    const called: string[] = [];
    const run = program.run.bind(program);
    program.run = (name, feeds, fetch) => {
      called.push(name);
      return isCaptured ? run(name, feeds, fetch) : program.runEagerly(name, feeds);
    };
    const changedModel = createAutoencoder(program, autoencoderSchema.parse(changed), {
      signal,
      dataVariance: 0.1,
      seed: 3,
    });
    const train = defineTrainStep(program, learnerOf(changedModel, spec.training.batch, 0.1), {
      ...spec.training,
      accumulate,
    });
    const step = (at: number) =>
      Array.from({ length: accumulate }, (_, part) => train.run({ stored: pixelsOf(at, part) }, at, part));
    return { program, step, called };
  }
  const pixelsOf = (at: number, part: number) =>
    Uint8Array.from({ length: 4 * 12 * 16 * 3 }, (_, each) => 128 + 120 * Math.sin(each * 0.37 + at + 10 * part));

  it('computes and changes the same captured as kernel by kernel, before the onset and after', () => {
    const [captured, eager] = [open(true, { penalty: 0 }), open(false, { penalty: 0 })];
    for (let at = 1; at <= 3; at++) {
      const [found, expected] = [captured, eager].map(({ step }) => step(at)[0]!);
      const [ours, theirs] = [found!, expected!].map(({ terms, metrics }) => ({ ...terms, ...metrics }));
      expect(Object.keys(ours!)).toEqual(Object.keys(theirs!));
      for (const [name, value] of Object.entries(ours!))
        expect(value, `${name} at ${at}`).toBeCloseTo(theirs![name]!, 3);
    }
    const weights = [captured, eager].map(({ program }) => program.read()['discriminator/conv1/kernel']!.data);
    weights[0]!.forEach((value, each) => expect(value).toBeCloseTo(weights[1]![each]!, 3));
    expect([...new Set(captured.called)]).toEqual(['train-step-0', 'train-step-1']);
    for (const { program } of [captured, eager]) program.dispose();
  });

  it('leaves the discriminator as it is until the onset, in spite of weight decay', () => {
    const { program, step } = open(false, { accumulate: 2 });
    const kernel = () => [...program.read()['discriminator/conv0/kernel']!.data];
    const drawn = kernel();
    step(1);
    expect(kernel()).toEqual(drawn);
    step(2);
    expect(kernel()).not.toEqual(drawn);
    program.dispose();
  });

  it('multiplies a penalty by the number of steps that it stands for', () => {
    const lossOf = (changes: object) => {
      const { program, step } = open(false, { start: 0, ...changes });
      const { discriminator } = step(1)[0]!.metrics;
      program.dispose();
      return discriminator!;
    };
    const [none, always, rarely] = [{ penalty: 0 }, { penaltyEvery: 1 }, { penaltyEvery: 4 }].map(lossOf);
    expect(always! - none!).toBeGreaterThan(1e-6);
    expect((rarely! - none!) / (always! - none!)).toBeCloseTo(4, 1);
  });
});

describe('without the perceptual trunk', () => {
  const cache = mkdtempSync(path.join(os.tmpdir(), 'tessera-no-trunk-'));
  const before = process.env.TESSERA_CACHE;
  afterAll(() => {
    if (before === undefined) delete process.env.TESSERA_CACHE;
    else process.env.TESSERA_CACHE = before;
    rmSync(cache, { recursive: true, force: true });
  });

  it('VQGAN refuses to train by the name of the setting, reconstructs all the same, and trains with weight 0', () => {
    process.env.TESSERA_CACHE = cache;
    const build = (weight: number) => {
      const spec = vqganSchema.parse({ ...small, perceptual: { weight }, adversarial, quantizer: vector });
      return createAutoencoder(createProgram(), spec, { signal: dataset.signal, dataVariance: 1, seed: 1 });
    };
    const model = build(0.1);
    let thrown: unknown;
    try {
      model.beginTraining?.();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'SETUP_FAILED', field: 'model.perceptual.weight' });
    expect((thrown as { hint: string }).hint).toContain('perceptual.weight to 0');
    expect(() => build(0).beginTraining?.()).not.toThrow();
  });
});

describe('configurations that can’t be', () => {
  it.each([
    [{ ...small, groups: 3 }, 'groups'],
    [{ ...small, multiples: [1] }, 'multiples'],
    [{ ...small, multiples: [1, 0.5] }, 'multiples'],
  ])('%j is refused at %s', (spec, field) => {
    const parsed = vqganSchema.safeParse(spec);
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([field]);
  });

  it('a transformer whose heads don’t divide its width, or that compares no pixels', () => {
    const paths = (spec: object) =>
      vitVqganSchema.safeParse({ kind: 'vit-vqgan', ...spec }).error?.issues.map((issue) => issue.path.join('.'));
    expect(paths({ decoder: { width: 20, heads: 3 } })).toEqual(['decoder.width']);
    expect(paths({ squared: 0, logitLaplace: 0 })).toEqual(['squared']);
  });

  it('a discriminator that pictures are too small for', () => {
    const spec = vqganSchema.parse({ ...small, perceptual: { weight: 0 }, adversarial: { layers: 4 } });
    const model = createAutoencoder(createProgram(), spec, {
      signal: { kind: 'picture', height: 28, width: 28, channels: 1 },
      dataVariance: 1,
      seed: 1,
    });
    expect(() => model.beginTraining?.()).toThrow(/too small for a discriminator of 4 layers/);
  });
});
