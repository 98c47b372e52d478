import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFolder } from '../../../../shared/specs';
import { exportRun } from '../../../../main/engine/export';
import { readSafetensors } from '../../../../main/engine/formats/safetensors';
import { type Tensor, tf } from '../../../../main/engine/tensorflow/native/load';
import { loadRun } from '../../../../main/engine/training';
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

interface SavedModel {
  predict(inputs: Record<string, Tensor>): Record<string, Tensor>;
  dispose(): void;
}
const { node } = tf as unknown as {
  node: { loadSavedModel(directory: string, tags: string[], signature: string): Promise<SavedModel> };
};

/** Every option of the quantizers with a codebook, in few runs. */
const cases: Record<string, object> = {
  'vectors begun by k-means, rotated, revived and diverse': {
    kind: 'vector',
    initialisation: 'k-means',
    rotation: true,
    reviveAfter: 3,
    diversity: 0.1,
  },
  'vectors learnt by gradient at a rate and weight of their own, orthogonal': {
    kind: 'vector',
    update: 'gradient',
    codebookRate: 5,
    codebookWeight: 0.5,
    orthogonality: 1,
    initialisation: 'k-means',
  },
  'frozen vectors': { kind: 'vector', update: 'frozen', initialisation: 'k-means', reviveAfter: 0 },
  'unit vectors by EMA': { kind: 'cosine', initialisation: 'k-means', reviveAfter: 3 },
  'unit vectors by gradient': { kind: 'cosine', update: 'gradient', rotation: true, reviveAfter: 3 },
  'factorised codes': { kind: 'factorised', codeDimension: 2, update: 'gradient', reviveAfter: 3 },
  'factorised codes of any length, begun by k-means': {
    kind: 'factorised',
    codeDimension: 2,
    normalised: false,
    initialisation: 'k-means',
    reviveAfter: 3,
  },
  SimVQ: { kind: 'simvq', rotation: true },
  'Gumbel-softmax': { kind: 'gumbel' },
  'Gumbel-softmax, soft, with a KL term that rises': {
    kind: 'gumbel',
    straightThrough: false,
    kl: { kind: 'linear', from: 0, to: 0.1, over: 10 },
  },
};
const STEPS = 20;
const CRASH = 13;
const names = Object.keys(cases);

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'));
});
afterAll(folder.remove);

describe.each(names)('%s', (name) => {
  const run = folder.path(String(names.indexOf(name)));
  const crashed = `${run}-crashed`;

  beforeAll(async () => {
    const model = { downsamplings: 2, quantizer: { codes: 16, dimension: 4, ...cases[name] } };
    makeRun(run, dataset, { model, training: { steps: STEPS, evaluateEvery: 10, checkpointEvery: 10 } });
    const outcome = await train(run, dataset, {
      onMetrics: ({ step }) => {
        if (step === CRASH && !existsSync(crashed)) cpSync(run, crashed, { recursive: true });
      },
    });
    expect(outcome).toMatchObject({ status: 'finished', step: STEPS, failure: null });
  });

  it('learns, and is evaluated', () => {
    const metrics = metricsOf(run);
    for (const { values } of metrics) expect(Object.values(values).every(Number.isFinite)).toBe(true);
    const nmse = metrics.flatMap(({ values }) => values.nmse ?? []);
    expect(nmse).toHaveLength(STEPS);
    expect(nmse.at(-1)).toBeLessThan(nmse[0]!);
    const last = metrics.findLast(({ values }) => 'test/nmse' in values)!.values;
    expect(last['test/perplexity']).toBeGreaterThanOrEqual(1);
  });

  it(`continues after a crash at step ${CRASH} to the same end bit for bit`, async () => {
    writeFileSync(`${crashed}/${runFolder.lock}`, '999999999');
    expect(await train(crashed, dataset)).toMatchObject({ status: 'finished', step: STEPS });
    expect(learntOf(crashed)).toEqual(learntOf(run));
    expect(tensorsOf(crashed, STEPS)).toEqual(tensorsOf(run, STEPS));
  });

  it('means the same as a SavedModel, and lies whole in a safetensors file', async () => {
    const loaded = await loadRun(run, STEPS);
    if (loaded.kind !== 'codes') throw new Error('a model without codes');
    const [height, width] = [dataset.signal.height, dataset.signal.width];
    const pixels = Uint8Array.from({ length: 3 * height * width }, (_, at) => (at * 37) % 256);
    const codes = loaded.encode(pixels, 3);
    const pictures = loaded.decode(codes, 3);

    await exportRun({ runDirectory: run, step: STEPS, format: 'safetensors', directory: `${run}-safetensors` });
    const { tensors } = readSafetensors(readFileSync(`${run}-safetensors/model.safetensors`));
    expect(Object.keys(tensors).sort()).toEqual(loaded.model.weights.map((one) => one.name).sort());

    await exportRun({ runDirectory: run, step: STEPS, format: 'savedmodel', directory: `${run}-savedmodel` });
    const [encode, decode] = await Promise.all(
      ['encode', 'decode'].map((signature) => node.loadSavedModel(`${run}-savedmodel`, ['serve'], signature)),
    );
    const images = tf.tensor(
      Float32Array.from(pixels, (value) => value / 255),
      [3, height, width, 1],
    );
    const found = encode!.predict({ images }).indices!;
    expect([...found.dataSync()]).toEqual([...codes]);
    const back = decode!.predict({ indices: found }).images!;
    back.dataSync().forEach((value, at) => expect(Math.abs(value * 255 - pictures[at]!)).toBeLessThan(0.51));
    for (const model of [encode!, decode!]) model.dispose();
    loaded.dispose();
  });
});
