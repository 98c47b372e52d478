import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type VectorRequest, describeVectors } from '../../../../main/engine/studio/vectors';
import type { LoadedVectorRun } from '../../../../main/engine/training';
import { type Dataset, makeDataset, temporaryFolder } from '../training/fixture';

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'), { train: 70, test: 9 });
});
afterAll(() => folder.remove());

const SIDE = 16;
/** A model whose vector is a picture's first and last pixel and a constant; it counts what it encodes. */
function fakeModel(side = SIDE) {
  const encoded = { items: 0, vectors: [] as number[][] };
  const itemBytes = side * side;
  const signal = { kind: 'picture', height: side, width: side, channels: 1 };
  const model = {
    kind: 'vector',
    info: { step: 12, signal },
    latent: { kind: 'vector', length: 3 },
    model: { signal },
    encode(pixels: Uint8Array, count: number) {
      encoded.items += count;
      const rows = Array.from({ length: count }, (_, i) => [
        pixels[i * itemBytes]! / 255,
        pixels[(i + 1) * itemBytes - 1]! / 255,
        -2,
      ]);
      encoded.vectors.push(...rows);
      return Float32Array.from(rows.flat());
    },
  } as unknown as LoadedVectorRun;
  return { model, encoded };
}

const request = (model: LoadedVectorRun, change: Partial<VectorRequest> = {}): VectorRequest => ({
  model,
  datasetDirectory: dataset.directory,
  split: 'train',
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...change,
});

describe('the statistics of vectors', () => {
  it('are mean and standard deviation of each component over the whole split', async () => {
    const { model, encoded } = fakeModel();
    const progress: [number, number][] = [];
    const found = await describeVectors(request(model, { onProgress: (...at) => progress.push(at) }));
    expect(found).toMatchObject({ step: 12, items: 70 });
    expect(progress.at(-1)).toEqual([70, 70]);
    for (const component of [0, 1, 2]) {
      const values = encoded.vectors.map((vector) => vector[component]!);
      const mean = values.reduce((sum, one) => sum + one, 0) / 70;
      const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 70;
      expect(found.mean[component]).toBeCloseTo(mean, 5);
      expect(found.deviation[component]).toBeCloseTo(Math.sqrt(variance), 4);
    }
    expect(found.deviation[0]).toBeGreaterThan(0.05);
    expect(found.deviation[2]).toBeCloseTo(0, 5);
  });

  it('are computed once a split', async () => {
    const { model, encoded } = fakeModel();
    const first = await describeVectors(request(model));
    expect(await describeVectors(request(model))).toBe(first);
    expect(encoded.items).toBe(70);
    expect(await describeVectors(request(model, { split: 'test' }))).toMatchObject({ items: 9 });
    expect(encoded.items).toBe(79);
  });

  it('are refused of a dataset of another shape, and given up when nobody wants them any more', async () => {
    await expect(describeVectors(request(fakeModel(8).model))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'dataset',
    });
    const cancel = new AbortController();
    const job = request(fakeModel().model, { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(describeVectors(job)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
