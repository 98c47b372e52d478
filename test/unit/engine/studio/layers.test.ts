import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latentSize, layersOf } from '../../../../shared/specs';
import { openPack } from '../../../../main/engine/media/pack';
import { analyseCodebook } from '../../../../main/engine/studio/codebook';
import { describeCode } from '../../../../main/engine/studio/code-detail';
import { requireLayer } from '../../../../main/engine/studio/latents';
import { paletteOf } from '../../../../main/engine/studio/palette';
import { type SplitRequest, createSplitCodes } from '../../../../main/engine/studio/split-codes';
import type { LoadedCodeRun } from '../../../../main/engine/training';
import { type Dataset, makeDataset, temporaryFolder } from '../training/fixture';

const SIDE = 16;
const PIXELS = SIDE * SIDE;
const latent = {
  kind: 'codes' as const,
  levels: [
    { axes: [2, 2], depth: 1, codes: 6, dimension: 1 },
    { axes: [4, 4], depth: 2, codes: 4, dimension: 1 },
  ],
};
const layers = layersOf(latent);
const size = latentSize(latent);

const folder = temporaryFolder();
let dataset: Dataset;
let pictures: Uint8Array;
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'), { height: SIDE, width: SIDE, train: 5, test: 21 });
  const pack = openPack(dataset.directory);
  pictures = pack.readItems(Array.from({ length: 21 }, (_, item) => 5 + item));
  pack.close();
});
afterAll(() => folder.remove());

/**
 * The codes of a picture: its pixels, each level and stage taking them at other places and modulo its number of codes.
 */
function codesOf(picture: ArrayLike<number>): number[] {
  const codes = Array<number>(size).fill(0);
  for (const { level, stage, cells, codes: own, first, stride } of layers) {
    for (let cell = 0; cell < cells; cell++)
      codes[first + cell * stride] = picture[(cell * 3 + level * 7 + stage * 11) % PIXELS]! % own;
  }
  return codes;
}

/** A model with two levels, the finer of two stages, that shows the cell of each pixel's codes as a number. */
const model = {
  kind: 'codes',
  program: { once: (_key: string, make: () => unknown) => make() },
  info: { step: 9, weightsHash: 'a', signal: { kind: 'picture', height: SIDE, width: SIDE, channels: 1 }, latent },
  latent,
  layers,
  model: { signal: { kind: 'picture', height: SIDE, width: SIDE, channels: 1 } },
  encode: (pixels: Uint8Array, count: number) =>
    Int32Array.from(
      Array.from({ length: count }, (_, i) => codesOf(pixels.subarray(i * PIXELS, (i + 1) * PIXELS))).flat(),
    ),
  decode: (rows: Int32Array, count: number) =>
    Uint8Array.from({ length: count * PIXELS }, (_, at) => {
      const [item, row, column] = [Math.floor(at / PIXELS), Math.floor((at % PIXELS) / SIDE), at % SIDE];
      return layers.reduce((sum, { axes: [height = 0, width = 0], first, stride }, layer) => {
        const cell = Math.floor((row * height) / SIDE) * width + Math.floor((column * width) / SIDE);
        return sum + rows[item * size + first + cell * stride]! * [1, 10, 50][layer]!;
      }, 0);
    }),
  codebook: ({ level, stage, codes }: (typeof layers)[number]) =>
    Float32Array.from({ length: codes }, (_, code) => (code * (level + 1)) ** (stage + 1)),
} as unknown as LoadedCodeRun;

const request = (): SplitRequest => ({
  model,
  datasetDirectory: dataset.directory,
  split: 'test',
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

/** How often each code stands at each cell of a layer over the test split. */
function countedByHand({ codes, first, stride, cells }: (typeof layers)[number]): number[] {
  const counts = Array<number>(codes * cells).fill(0);
  for (let item = 0; item < 21; item++) {
    const own = codesOf(pictures.subarray(item * PIXELS, (item + 1) * PIXELS));
    for (let cell = 0; cell < cells; cell++) counts[own[first + cell * stride]! * cells + cell]! += 1;
  }
  return counts;
}

describe.each(layers.map((layer, number) => [number, layer] as const))(
  'layer %i of a model with several',
  (number, layer) => {
    it('has a codebook analysis of its own codes', async () => {
      const found = await analyseCodebook(createSplitCodes(), request(), layer);
      expect(found).toMatchObject({ step: 9, items: 21, codes: layer.codes });
      expect([...found.positions]).toEqual(countedByHand(layer));
      expect(found.counts.reduce((sum, one) => sum + one)).toBe(21 * layer.cells);
      expect(found.byLikeness).toHaveLength(layer.codes);
    });

    it('says where one of its codes stands and which are near', async () => {
      const code = 1;
      const detail = await describeCode(createSplitCodes(), request(), { layer, code, limit: 3 });
      const cells = layer.cells;
      const byHand = countedByHand(layer).slice(code * cells, (code + 1) * cells);
      expect(detail.count).toBe(byHand.reduce((sum, one) => sum + one));
      expect(detail.places.length).toBe(Math.min(3, detail.count));
      for (const { index, row, column } of detail.places) {
        const own = codesOf(pictures.subarray((index - 5) * PIXELS, (index - 4) * PIXELS));
        expect(own[layer.first + (row * layer.axes[1]! + column) * layer.stride]).toBe(code);
      }
      const at = (one: number) => (one * (layer.level + 1)) ** (layer.stage + 1);
      expect(detail.nearest).toHaveLength(layer.codes - 1);
      for (const near of detail.nearest) expect(near.distance).toBeCloseTo(Math.abs(at(near.code) - at(code)), 4);
      await expect(
        describeCode(createSplitCodes(), request(), { layer, code: layer.codes, limit: 3 }),
      ).rejects.toMatchObject({ code: 'BAD_REQUEST', field: 'code' });
    });

    it('has a palette of its codes, the other layers’ being those of a grey picture', async () => {
      const palette = await paletteOf(model, layer, new AbortController().signal);
      const { tiles, gain } = palette;
      const side = Math.min(SIDE, (2 * SIDE) / layer.axes[0]!);
      expect(tiles).toMatchObject({ count: layer.codes, signal: { height: side, width: side } });
      // 128 modulo 6 is 2, modulo 4 is 0: a grey picture's codes, seen as what they are worth in the picture
      const grey = [2, 0, 0].reduce((sum, code, other) => sum + (other === number ? 0 : code * [1, 10, 50][other]!), 0);
      const expected = Array.from({ length: layer.codes }, (_, code) =>
        Array<number>(side * side).fill(grey + code * [1, 10, 50][number]!),
      );
      const values = expected.map(([value]) => value!);
      const mean = values.reduce((sum, value) => sum + value) / values.length;
      const shown = expected.flat().map((value) => (gain === 1 ? value : 128 + gain * (value - mean)));
      expect(gain === 1).toBe(Math.max(...values.map((value) => Math.abs(value - mean))) * 2 > 96);
      tiles.data.forEach((pixel, i) => expect(Math.abs(pixel - shown[i]!)).toBeLessThan(1));
      expect(await paletteOf(model, layer, new AbortController().signal)).toBe(palette);
    });
  },
);

it('a layer that there isn’t is refused with the limit', () => {
  expect(requireLayer(model, 2)).toBe(layers[2]);
  expect(() => requireLayer(model, 3)).toThrow(
    expect.objectContaining({
      code: 'BAD_REQUEST',
      field: 'layer',
      message: expect.stringContaining('0 to 2') as string,
    }),
  );
});
