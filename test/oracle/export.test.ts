import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunManifest, runManifestSchema, runSpecSchema } from '../../shared/specs';
import { exportRun, readSafetensors } from '../../main/engine/export';
import { type Tensor, tf } from '../../main/engine/tensorflow/native/load';
import { requireCodes } from '../../main/engine/studio/latents';
import { type LoadedCodeRun, loadRun } from '../../main/engine/training';
import { writeCheckpoint } from '../../main/engine/training/run-files';
import { golden } from './golden';

interface SavedModel {
  predict(inputs: Record<string, Tensor>): Record<string, Tensor>;
  dispose(): void;
}
const { node } = tf as unknown as {
  node: { loadSavedModel(directory: string, tags: string[], signature: string): Promise<SavedModel> };
};

/** Set to keep the exports for `export_check.py`, which made the golden files from exactly these. */
const keep = process.env.TESSERA_KEEP_EXPORTS;
const folder = keep ?? mkdtempSync(path.join(os.tmpdir(), 'tessera-export-'));
afterAll(() => {
  if (!keep) rmSync(folder, { recursive: true, force: true });
});

describe.each(['ema', 'gradient'] as const)('exports of the %s model', (update) => {
  const source = golden(`torch-vq-vae-${update}.npz`);
  const [, count = 0, height = 0, width = 0, channels = 0] = source.shape('pixels');
  const pixels = source.bytes('pixels').slice(0, count * height * width * channels);
  const images = Float32Array.from(pixels, (value) => value / 255);
  const inTorch = golden('export-torch.npz');
  const inTensorflow = golden('export-tensorflow.npz');
  const of = (format: string) => path.join(folder, `${update}-${format}`);
  let run: LoadedCodeRun;

  beforeAll(async () => {
    const runDirectory = path.join(folder, `run-${update}`);
    for (const format of ['safetensors', 'savedmodel']) rmSync(of(format), { recursive: true, force: true });
    rmSync(runDirectory, { recursive: true, force: true });
    mkdirSync(runDirectory, { recursive: true });
    writeFileSync(
      path.join(runDirectory, 'run.json'),
      JSON.stringify(manifestOf(source.text('configuration'), update)),
    );
    const names = source.names.filter((name) => name.startsWith('start/'));
    const weights = names.map((name) => [
      name.slice('start/'.length),
      { dtype: 'float32', shape: source.shape(name), data: source.floats(name) } as const,
    ]);
    writeCheckpoint(runDirectory, {
      weights: Object.fromEntries(weights),
      optimizer: {},
      state: { step: 5, seed: 1, nmse: null, bestNmse: null, best: false, evaluatedStep: null },
    });
    for (const format of ['safetensors', 'savedmodel'] as const) {
      const result = await exportRun({ runDirectory, step: 5, format, directory: of(format) });
      expect(result.files.map(({ name }) => name)).toContain('README.md');
    }
    run = requireCodes(await loadRun(runDirectory, 5));
  });
  afterAll(() => run.dispose());

  it.each([
    ['safetensors in PyTorch', inTorch],
    ['SavedModel in TensorFlow', inTensorflow],
  ])('mean here what stock Python found in the %s', (_name, python) => {
    const codes = run.encode(pixels, count);
    expect([...codes]).toEqual([...python.integers(`${update}/indices`)]);
    const pictures = run.decode(codes, count);
    python.floats(`${update}/images`).forEach((value, index) => {
      expect(Math.abs(pictures[index]! - value * 255)).toBeLessThan(0.5 + 1e-2);
    });
  });

  it('hold the weights, the whole configuration and their hash as safetensors', () => {
    const { tensors, metadata } = readSafetensors(readFileSync(path.join(of('safetensors'), 'model.safetensors')));
    expect(Object.keys(tensors).sort()).toEqual(
      source.names
        .filter((one) => one.startsWith('start/'))
        .map((one) => one.slice(6))
        .sort(),
    );
    for (const [name, { data }] of Object.entries(tensors)) expect(data).toEqual(source.floats(`start/${name}`));
    const description = JSON.parse(metadata.tessera!) as { spec: unknown; weightsHash: string };
    expect(description.spec).toEqual(run.manifest.spec);
    expect(description.weightsHash).toBe(run.info.weightsHash);
  });

  it.each([1, 4])('encode and decode as a SavedModel in batches of %i', async (batch) => {
    const expected = inTensorflow.integers(`${update}/indices`);
    const pictures = inTensorflow.floats(`${update}/images`);
    const encode = await node.loadSavedModel(of('savedmodel'), ['serve'], 'encode');
    const decode = await node.loadSavedModel(of('savedmodel'), ['serve'], 'decode');
    const [each, grid] = [images.length / count, expected.length / count];
    for (let at = 0; at < count; at += batch) {
      const some = tf.tensor(images.slice(at * each, (at + batch) * each), [batch, height, width, channels]);
      const { indices } = encode.predict({ images: some });
      expect([...indices!.dataSync()]).toEqual([...expected.slice(at * grid, (at + batch) * grid)]);
      const back = decode.predict({ indices: indices! }).images!;
      expect(back.shape).toEqual([batch, height, width, channels]);
      back
        .dataSync()
        .forEach((value, index) => expect(Math.abs(value - pictures[at * each + index]!)).toBeLessThan(1e-5));
    }
    encode.dispose();
    decode.dispose();
  });

  it('refuse a folder that exists and leave it alone', async () => {
    const again = exportRun({
      runDirectory: path.join(folder, `run-${update}`),
      step: 5,
      format: 'savedmodel',
      directory: of('savedmodel'),
    });
    await expect(again).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(existsSync(path.join(of('savedmodel'), 'saved_model.pb'))).toBe(true);
  });
});

function manifestOf(configuration: string, update: 'ema' | 'gradient'): RunManifest {
  const c = JSON.parse(configuration) as Record<string, number>;
  const model = {
    kind: 'vq-vae',
    hidden: c.hidden,
    residualLayers: c.layers,
    residualHidden: c.inner,
    downsamplings: c.downs,
    quantizer: { kind: 'vector', codes: c.codes, dimension: c.dimension, update },
  };
  return runManifestSchema.parse({
    version: 1,
    id: update,
    name: `The ${update} model`,
    spec: runSpecSchema.parse({ dataset: 'd', model }),
    datasetName: 'noise',
    image: { height: c.height, width: c.width, channels: c.channels },
    trainVariance: c.variance,
    status: 'stopped',
    step: 5,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  });
}
