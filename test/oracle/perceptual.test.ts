import { describe, expect, it } from 'vitest';
import {
  isTrunkSetUp,
  isTrunkWeight,
  perceptualDistance,
  perceptualFeatures,
  trunkOf,
  trunkStages,
} from '../../main/engine/perceptual';
import { createProgram, gradients } from '../../main/engine/tensorflow/graph';
import type { Tensor } from '../../main/engine/tensorflow/native/load';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';
import { fromPixels } from '../support/pixels';

describe.skipIf(!isTrunkSetUp())('the perceptual trunk against PyTorch, which reads the original file', () => {
  const expected = golden('torch-perceptual.npz');
  const [count = 0, height = 0, width = 0] = expected.shape('images');
  const picture = { shape: [count, height, width, 3], dtype: 'uint8' } as const;
  const images = expected.bytes('images');
  const other = expected.bytes('other');

  it('has the same features at every stage', () => {
    const program = createProgram();
    const trunk = trunkOf(program);
    const { strides } = trunk;
    const run = program.define('stages', { feeds: { images: picture } }, (fed) =>
      Object.fromEntries(
        trunk.features(fromPixels(fed.images), strides).map((found, stage) => [`stage${stage}`, found]),
      ),
    );
    const found = run.run({ images });
    for (const [stage, { stride, channels }] of trunkStages.entries()) {
      const { data, shape } = found[`stage${stage}`]!;
      expect(shape).toEqual([count, Math.ceil(height / stride), Math.ceil(width / stride), channels]);
      const picked = everyFourth(data as Float32Array, shape);
      expect(relativeError(picked, expected.floats(`stage${stage}`))).toBeLessThan(1e-5);
    }
    program.dispose();
  });

  it('finds the same distances, and the same gradient of them', () => {
    const program = createProgram();
    const distance = perceptualDistance(program);
    const run = program.define('distance', { feeds: { images: picture, other: picture } }, (fed) => {
      const a = fromPixels(fed.other);
      const { value, grads } = gradients(() => {
        const each = distance(a, fromPixels(fed.images));
        return { loss: ops.sum(each), each };
      }, [a]);
      return { each: value.each, gradient: grads[0] as Tensor, same: distance(a, a) };
    });
    const found = run.run({ images, other });
    expect(relativeError(found.each.data, expected.floats('distance'))).toBeLessThan(1e-5);
    expect(relativeError(found.gradient.data, expected.floats('gradient'))).toBeLessThan(1e-4);
    expect([...found.same.data]).toEqual([0, 0]);
    program.dispose();
  });

  it('finds the same features of pictures enlarged to 128 px', () => {
    const program = createProgram();
    const features = perceptualFeatures(program);
    const run = program.define('features', { feeds: { images: picture } }, (fed) => ({
      features: features(fromPixels(fed.images)),
    }));
    expect(relativeError(run.run({ images }).features.data, expected.floats('features'))).toBeLessThan(1e-5);
    program.dispose();
  });

  it('takes grey pictures as three equal channels, and trains none of its weights', () => {
    const program = createProgram();
    const distance = perceptualDistance(program, { strides: [2, 8] });
    const grey = { shape: [1, 16, 16, 1], dtype: 'float32' } as const;
    const run = program.define('grey', { feeds: { a: grey, b: grey } }, ({ a, b }) => {
      const colour = (x: Tensor) => ops.concat([x, x, x], 3);
      return { grey: distance(a, b), colour: distance(colour(a), colour(b)) };
    });
    const a = Float32Array.from({ length: 256 }, (_, each) => Math.sin(each) / 2);
    const b = Float32Array.from({ length: 256 }, (_, each) => Math.cos(each / 3) / 2);
    const found = run.run({ a, b });
    expect(found.grey.data[0]).toBeGreaterThan(0.1);
    expect([...found.grey.data]).toEqual([...found.colour.data]);
    expect(program.trainable).toEqual([]);
    expect(program.variables.every(({ name }) => isTrunkWeight(name))).toBe(true);
    program.dispose();
  });
});

const hed = { kind: 'vgg16-hed' } as const;

describe.skipIf(!isTrunkSetUp(hed))('VGG16-HED against PyTorch, which reads the original file', () => {
  const pictures = golden('torch-perceptual.npz');
  const expected = golden('torch-perceptual-vgg.npz');
  const [height, width] = [23, 18];
  const picture = { shape: [2, height, width, 3], dtype: 'uint8' } as const;
  /** The upper left corner of each picture, of sides that halving doesn't divide. */
  const corners = (name: string) => {
    const [count = 0, rows = 0, columns = 0] = pictures.shape(name);
    const all = pictures.bytes(name);
    const places = Array.from({ length: count * height }, (_, row) => {
      const begin = 3 * columns * (rows * Math.floor(row / height) + (row % height));
      return [...all.subarray(begin, begin + 3 * width)];
    });
    return Uint8Array.from(places.flat());
  };

  it('has the same features at every stage, the same distances and the same gradient of them', () => {
    const program = createProgram();
    const trunk = trunkOf(program, hed);
    const distance = perceptualDistance(program, { trunk });
    const run = program.define(
      'look',
      { feeds: { images: picture, other: picture } },
      (fed): Record<string, Tensor> => {
        const [images, a] = [fromPixels(fed.images), fromPixels(fed.other)];
        const { value, grads } = gradients(() => {
          const each = distance(a, images);
          return { loss: ops.sum(each), each };
        }, [a]);
        const stages = trunk.features(images, trunk.strides);
        const named = Object.fromEntries(stages.map((found, stage) => [`stage${stage}`, found]));
        return { ...named, each: value.each, gradient: grads[0] as Tensor };
      },
    );
    const found = run.run({ images: corners('images'), other: corners('other') });
    for (const [stage, stride] of trunk.strides.entries()) {
      const { data, shape } = found[`stage${stage}`]!;
      expect(shape.slice(1, 3)).toEqual([Math.ceil(height / stride), Math.ceil(width / stride)]);
      const picked = everyFourth(data as Float32Array, shape).filter((_, each) => each % 8 === 0);
      expect(relativeError(picked, expected.floats(`stage${stage}`))).toBeLessThan(1e-5);
    }
    expect(relativeError(found.each!.data, expected.floats('distance'))).toBeLessThan(1e-5);
    expect(relativeError(found.gradient!.data, expected.floats('gradient'))).toBeLessThan(1e-4);
    expect(program.variables.every(({ name }) => isTrunkWeight(name))).toBe(true);
    expect(program.trainable).toEqual([]);
    program.dispose();
  });
});

/** Of the first picture every fourth row and column. */
function everyFourth(data: Float32Array, [, height = 0, width = 0, channels = 0]: readonly number[]): number[] {
  const picked: number[] = [];
  for (let row = 0; row < height; row += 4)
    for (let column = 0; column < width; column += 4) {
      const at = (row * width + column) * channels;
      picked.push(...data.subarray(at, at + channels));
    }
  return picked;
}
