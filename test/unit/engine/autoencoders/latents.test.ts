import { describe, expect, it } from 'vitest';
import { type LatentShape, latentSize, layerCodes, layersOf } from '../../../../shared/specs';
import { flatten, levelShape, only, unflatten } from '../../../../main/engine/autoencoders';
import { tf } from '../../../../main/engine/tensorflow/native/load';

const codes: LatentShape = {
  kind: 'codes',
  levels: [
    { axes: [1, 2], depth: 1, codes: 99, dimension: 1 },
    { axes: [2, 2], depth: 3, codes: 99, dimension: 1 },
  ],
};
const size = latentSize(codes);
const ITEMS = 3;
const rows = Int32Array.from({ length: ITEMS * size }, (_, at) => at);

describe('latents of several levels', () => {
  it('become one row an item, the levels one after the other, and come back as they were', () => {
    const latents = unflatten(codes, tf.tensor2d(rows, [ITEMS, size], 'int32'));
    expect(latents.map(({ shape }) => shape)).toEqual([
      [ITEMS, 1, 2],
      [ITEMS, 2, 2, 3],
    ]);
    expect(latents.every(({ dtype }) => dtype === 'int32')).toBe(true);
    const back = flatten(latents);
    expect(back.shape).toEqual([ITEMS, size]);
    expect([...back.dataSync()]).toEqual([...rows]);
  });

  it('stand in a row where the layers look for them', () => {
    const [, fine] = unflatten(codes, tf.tensor2d(rows, [ITEMS, size], 'int32'));
    const values = fine!.arraySync() as unknown as number[][][][];
    for (const layer of layersOf(codes).filter(({ level }) => level === 1)) {
      const expected = values[1]!.flat().map((place) => place[layer.stage]);
      expect([...layerCodes(layer, rows.subarray(size, 2 * size))]).toEqual(expected);
    }
  });

  it('are not taken for those of a model with one', () => {
    const latents = unflatten(codes, tf.tensor2d(rows, [ITEMS, size], 'int32'));
    expect(() => only(latents)).toThrow(/Expected one level, not 2/);
    expect(only(latents.slice(0, 1))).toBe(latents[0]);
  });
});

describe('other latents', () => {
  it('of one level are that level alone', () => {
    const one: LatentShape = { kind: 'codes', levels: codes.levels.slice(1) };
    const latents = unflatten(one, tf.tensor2d(rows.slice(0, 24), [2, 12], 'int32'));
    expect(only(latents).shape).toEqual([2, 2, 2, 3]);
    expect([...flatten(latents).dataSync()]).toEqual([...rows.slice(0, 24)]);
  });

  it('that are vectors stay what they are', () => {
    const vectors = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(only(unflatten({ kind: 'vector', length: 3 }, vectors))).toBe(vectors);
    expect([...flatten([vectors]).dataSync()]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

it('a level has an axis for its codes per place only where there are several', () => {
  expect(levelShape({ axes: [2, 3], depth: 1 })).toEqual([2, 3]);
  expect(levelShape({ axes: [2, 3], depth: 4 })).toEqual([2, 3, 4]);
});
