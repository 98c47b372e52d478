import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { autoencoderSchema, kindsOf, latentSize, quantizerSchema, runFolder } from '../../../../shared/specs';
import { hasCodes } from '../../../../main/engine/autoencoders';
import { exportRun } from '../../../../main/engine/export';
import { readSafetensors } from '../../../../main/engine/formats/safetensors';
import { latentArguments } from '../../../../main/engine/export/latent-arguments';
import { type Tensor, tf } from '../../../../main/engine/tensorflow/native/load';
import { type LoadedRun, evaluateRun, loadRun } from '../../../../main/engine/training';
import { tinyModels, tinyQuantizers } from '../../../support/tiny-models';
import { type Dataset, learntOf, makeDataset, makeRun, metricsOf, temporaryFolder, tensorsOf } from './fixture';
import { train } from './train';
import { fromPixels } from '../../../support/pixels';

/** What the tests over all models and quantizers expect of each: trained in seconds, out of the registries. */

const literal = (schema: unknown): string => {
  const { unwrap } = schema as { unwrap?: () => unknown };
  return ((unwrap ? unwrap.call(schema) : schema) as { value: string }).value;
};

export const quantizerKinds = quantizerSchema.options.map(({ shape }) => literal(shape.kind));

/** Each model, with the names of its fields that are quantizers. */
export const models = autoencoderSchema.options.map(({ shape }) => ({
  kind: literal(shape.kind),
  quantizers: Object.entries(shape).flatMap(([name, field]) =>
    kindsOf(field).includes(quantizerKinds[0] ?? '') ? [name] : [],
  ),
}));

/** The model that quantizers are tested with one by one. */
export const firstWithQuantizer = models.find(({ quantizers }) => quantizers.length > 0)!.kind;

/** A tiny model, all its quantizers as said. */
export function modelWith(kind: string, quantizer: object = tinyQuantizer(quantizerKinds[0]!)): object {
  const fields = models.find((model) => model.kind === kind)?.quantizers ?? [];
  return { kind, ...tinyModels[kind], ...Object.fromEntries(fields.map((field) => [field, quantizer])) };
}

export function tinyQuantizer(kind: string): object {
  return { kind, ...tinyQuantizers[kind] };
}

const STEPS = 20;
const CRASH = 13;
const COUNT = 3;

interface SavedModel {
  predict(inputs: Record<string, Tensor>): Record<string, Tensor>;
  dispose(): void;
}
const { node } = tf as unknown as {
  node: { loadSavedModel(directory: string, tags: string[], signature: string): Promise<SavedModel> };
};

interface Combination {
  run: string;
  loaded: LoadedRun;
  dataset: Dataset;
  pixels: Uint8Array;
}

/** Trains `model` before the tests of a `describe`, and adds one: it trained, is evaluated, exported and loaded. */
export function trains(model: object): () => Combination {
  const folder = temporaryFolder();
  const run = folder.path('run');
  let found: Combination | undefined;
  const combination = (): Combination => {
    if (!found) throw new Error('It did not train.');
    return found;
  };

  beforeAll(async () => {
    const dataset = await makeDataset(folder.path('dataset'), { train: 24, test: 6 });
    makeRun(run, dataset, {
      model,
      training: {
        steps: STEPS,
        batch: 6,
        evaluateEvery: 10,
        previewEvery: 20,
        checkpointEvery: 10,
        deterministic: true,
      },
    });
    const crashed = `${run}-crashed`;
    const outcome = await train(run, dataset, {
      onMetrics: ({ step }) => {
        if (step === CRASH && !existsSync(crashed)) cpSync(run, crashed, { recursive: true });
      },
    });
    expect(outcome).toMatchObject({ status: 'finished', step: STEPS, failure: null });
    const { height, width, channels } = dataset.signal;
    const pixels = Uint8Array.from({ length: COUNT * height * width * channels }, (_, at) => (at * 37) % 256);
    found = { run, dataset, pixels, loaded: await loadRun(run, STEPS) };
  });
  afterAll(() => {
    found?.loaded.dispose();
    folder.remove();
  });

  it('trains on finite numbers, is evaluated as it was while it trained, and its weights are exported', async () => {
    const { loaded, dataset } = combination();
    const metrics = metricsOf(run);
    for (const { values } of metrics) expect(Object.values(values).every(Number.isFinite)).toBe(true);
    const last = metrics.findLast(({ values }) => 'test/nmse' in values)!.values;
    const { evaluation } = await evaluateRun(loaded, dataset.directory, 'test');
    expect(evaluation.measures.nmse! / last['test/nmse']! - 1).toBeCloseTo(0, 4);

    await exportRun({ runDirectory: run, step: STEPS, format: 'safetensors', directory: `${run}-safetensors` });
    const { tensors } = readSafetensors(readFileSync(`${run}-safetensors/model.safetensors`));
    expect(Object.keys(tensors).sort()).toEqual(loaded.model.weights.map((one) => one.name).sort());
    const state = loaded.program.read(Object.keys(tensors));
    for (const [weight, { data }] of Object.entries(tensors)) expect(data, weight).toEqual(state[weight]!.data);
  });

  it('turns pictures into latents of its shape and back; an index out of range is named with its limit', () => {
    const { loaded, pixels } = combination();
    const latents = loaded.encode(pixels, COUNT);
    expect(latents.length).toBe(COUNT * latentSize(loaded.latent));
    expect(loaded.reconstruct(pixels, COUNT).length).toBe(pixels.length);
    if (loaded.kind === 'vector') return;
    for (const layer of loaded.layers) {
      const vectors = loaded.codebook(layer);
      expect(vectors.length % layer.codes).toBe(0);
      expect(vectors.every(Number.isFinite)).toBe(true);
      const wrong = Int32Array.from(latents);
      wrong[layer.first] = layer.codes;
      expect(() => loaded.decode(wrong, COUNT)).toThrow(`There is no code ${layer.codes} (`);
      expect(() => loaded.decode(wrong, COUNT)).toThrow(`codes 0 to ${layer.codes - 1}`);
    }
  });
  return combination;
}

export function resumesExactly(combination: () => Combination): void {
  it('goes on after a crash to the same end bit for bit', async () => {
    const { run, dataset } = combination();
    const crashed = `${run}-crashed`;
    writeFileSync(`${crashed}/${runFolder.lock}`, '999999999');
    expect(await train(crashed, dataset)).toMatchObject({ status: 'finished', step: STEPS });
    expect(learntOf(crashed)).toEqual(learntOf(run));
    expect(tensorsOf(crashed, STEPS)).toEqual(tensorsOf(run, STEPS));
  });
}

export function meansTheSameElsewhere(combination: () => Combination): void {
  it('means the same as a SavedModel', async () => {
    const { run, loaded, dataset, pixels } = combination();
    await exportRun({ runDirectory: run, step: STEPS, format: 'savedmodel', directory: `${run}-savedmodel` });
    const [encode, decode] = await Promise.all(
      ['encode', 'decode'].map((signature) => node.loadSavedModel(`${run}-savedmodel`, ['serve'], signature)),
    );
    const { height, width, channels } = dataset.signal;
    const shape: [number, number, number, number] = [COUNT, height, width, channels];
    const found = encode!.predict({
      images: tf.tensor(
        Float32Array.from(pixels, (value) => value / 255),
        shape,
      ),
    });
    const latents = loaded.encode(pixels, COUNT);
    const parts = latentArguments(loaded.latent).map((one) => [...found[one.name]!.dataSync()]);
    const perItem = Array.from({ length: COUNT }, (_, item) =>
      parts.map((part) => part.slice((item * part.length) / COUNT, ((item + 1) * part.length) / COUNT)),
    ).flat(2);
    if (hasCodes(loaded.model)) expect(perItem).toEqual([...latents]);
    else perItem.forEach((value, at) => expect(value).toBeCloseTo(latents[at]!, 4));
    const pictures = loaded.reconstruct(pixels, COUNT);
    const back = decode!.predict(found).images!.dataSync();
    back.forEach((value, at) => expect(Math.abs(value * 255 - pictures[at]!)).toBeLessThan(0.51));
    for (const saved of [encode!, decode!]) saved.dispose();
  });

  it('computes captured as it does eagerly', () => {
    const { loaded, dataset, pixels } = combination();
    const { height, width, channels } = dataset.signal;
    loaded.model.beginTraining?.();
    const feeds = {
      pixels: { shape: [COUNT, height, width, channels], dtype: 'uint8' },
      step: { shape: [], dtype: 'int32' },
    } as const;
    const look = loaded.program.define('look', { feeds }, (fed): Record<string, Tensor> => {
      const found = loaded.model.loss(fromPixels(fed.pixels), fed.step);
      return { total: found.total, ...found.terms, reconstruction: found.reconstruction };
    });
    const [captured, eager] = [look.run({ pixels, step: 3 }), look.runEagerly({ pixels, step: 3 })];
    for (const [output, { data }] of Object.entries(captured)) {
      const expected = eager[output]!.data;
      data.forEach((value, at) => {
        const off = Math.abs(value - expected[at]!);
        expect(off, `${output}: ${value} and ${expected[at]}`).toBeLessThan(1e-3 * (1 + Math.abs(value)));
      });
    }
  });
}
