import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importOptionsSchema } from '@shared/specs';
import { importDataset } from '../../../../main/engine/media';
import { createSplitCodes, type SplitRequest } from '../../../../main/engine/studio/split-codes';
import type { LoadedCodeRun } from '../../../../main/engine/training';
import { openWorkplace, type Workplace } from '../../../support/engine';

let place: Workplace;
beforeAll(async () => {
  place = await openWorkplace(100);
});
afterAll(() => place.remove());

/** A model whose codes are the first pixels of a picture; it counts the items it encodes. */
function fakeModel(weightsHash = 'a', side = 16) {
  const itemBytes = side * side * 3;
  const state = { encoded: 0, most: 0 };
  const model = {
    info: { weightsHash },
    latent: { kind: 'codes', levels: [{ axes: [2, 2], depth: 1, codes: 256, dimension: 1 }] },
    model: { signal: { kind: 'picture', height: side, width: side, channels: 3 } },
    encode: (pixels: Uint8Array, count: number) => {
      state.encoded += count;
      state.most = Math.max(state.most, count);
      return Int32Array.from({ length: count * 4 }, (_, at) => pixels[Math.floor(at / 4) * itemBytes + (at % 4)]!);
    },
  } as unknown as LoadedCodeRun;
  return { model, state };
}

const request = (model: LoadedCodeRun, change: Partial<SplitRequest> = {}): SplitRequest => ({
  model,
  datasetDirectory: place.dataset,
  split: 'train',
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...change,
});

async function gather(batches: AsyncGenerator<{ items: Uint32Array; codes: ArrayLike<number> }>) {
  const items: number[] = [];
  const codes: number[] = [];
  for await (const batch of batches) {
    items.push(...batch.items);
    codes.push(...Array.from(batch.codes));
  }
  return { items, codes };
}

describe('the codes of a split', () => {
  it('are those of every item of it, also of the last, incomplete batch', async () => {
    const { model } = fakeModel();
    const { items, codes } = await gather(createSplitCodes().batches(request(model)));
    expect(items).toHaveLength(place.manifest.splits.train);
    expect(new Set(items).size).toBe(items.length);
    expect(codes).toHaveLength(items.length * 4);
  });

  it('are computed once and the same the second time', async () => {
    const { model, state } = fakeModel();
    const splitCodes = createSplitCodes();
    const first = await gather(splitCodes.batches(request(model)));
    expect(await gather(splitCodes.batches(request(model)))).toEqual(first);
    expect(state.encoded).toBe(first.items.length);
  });

  it('are computed anew for other weights and for the other split', async () => {
    const splitCodes = createSplitCodes();
    const [one, other] = [fakeModel('a'), fakeModel('b')];
    await gather(splitCodes.batches(request(one.model)));
    await gather(splitCodes.batches(request(other.model)));
    await gather(splitCodes.batches(request(one.model, { split: 'test' })));
    expect(other.state.encoded).toBe(place.manifest.splits.train);
    expect(one.state.encoded).toBe(place.manifest.count);
  });

  it('are not kept beyond the limit of memory', async () => {
    const { model, state } = fakeModel();
    const splitCodes = createSplitCodes(100);
    await gather(splitCodes.batches(request(model)));
    await gather(splitCodes.batches(request(model)));
    expect(state.encoded).toBe(2 * place.manifest.splits.train);
  });

  it('are not kept when they were only begun', async () => {
    const { model, state } = fakeModel();
    const splitCodes = createSplitCodes();
    for await (const _ of splitCodes.batches(request(model))) break;
    await gather(splitCodes.batches(request(model)));
    expect(state.encoded).toBeGreaterThan(place.manifest.splits.train);
  });

  it('are computed in smaller batches of larger pictures, so that a stroke of a brush never waits long', async () => {
    const large = path.join(place.folder, 'large');
    const options = importOptionsSchema.parse({ height: 128, width: 128 });
    await importDataset({ sources: [place.pictures], staging: large, options });
    const [small, wide] = [fakeModel('a', 16), fakeModel('a', 128)];
    await gather(createSplitCodes().batches(request(small.model)));
    await gather(createSplitCodes().batches(request(wide.model, { datasetDirectory: large })));
    expect({ small: small.state.most, wide: wide.state.most }).toEqual({ small: 64, wide: 4 });
  });

  it('stop when nobody wants them any more', async () => {
    const cancel = new AbortController();
    const { model } = fakeModel();
    const job = gather(
      createSplitCodes().batches(request(model, { signal: cancel.signal, onProgress: () => cancel.abort() })),
    );
    await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('are refused for a dataset of another shape', async () => {
    const { model } = fakeModel();
    const wrong = {
      ...model,
      model: { signal: { kind: 'picture', height: 32, width: 32, channels: 3 } },
    } as unknown as LoadedCodeRun;
    await expect(gather(createSplitCodes().batches(request(wrong)))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'dataset',
    });
  });
});
