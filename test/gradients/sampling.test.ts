import { describe, expect, it } from 'vitest';
import { createProgram } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { expectGradients } from './check';

/** Odd sides, more than one item, one channel, so that every place at a border counts. */
const odd = { shape: [2, 5, 7, 1] };
const sequence = { shape: [2, 7, 2] };

describe('pooling', () => {
  for (const padding of ['same', 'valid'] as const) {
    for (const [size, stride] of [
      [2, 2],
      [3, 2],
      [3, 1],
      [3, 3],
    ] as const) {
      it(`has the right gradients: size ${size}, stride ${stride}, ${padding}`, () => {
        expectGradients({ x: odd }, ({ x }) => ops.averagePool2d(x!, size, { stride, padding }));
        expectGradients({ x: odd }, ({ x }) => ops.maxPool2d(x!, size, { stride, padding }), { step: 5e-4 });
      });
    }
  }

  it('of sequences has the right gradients', () => {
    expectGradients({ x: sequence }, ({ x }) => ops.averagePool1d(x!, 3, { stride: 2, padding: 'same' }));
    expectGradients({ x: sequence }, ({ x }) => ops.maxPool1d(x!, 2), { step: 5e-4 });
  });
});

describe('resizing', () => {
  for (const alignment of ['half-pixel', 'corners', 'legacy'] as const) {
    it(`has the right gradients up and down, batch above 1: ${alignment}`, () => {
      for (const size of [
        [9, 8],
        [3, 4],
      ] as const) {
        expectGradients({ x: odd }, ({ x }) => ops.resizeNearest(x!, size, { alignment }));
        expectGradients({ x: odd }, ({ x }) => ops.resizeBilinear(x!, size, { alignment }));
      }
      expectGradients({ x: sequence }, ({ x }) => ops.resizeNearest1d(x!, 10, { alignment }));
      expectGradients({ x: sequence }, ({ x }) => ops.resizeLinear1d(x!, 4, { alignment }));
    });
  }
});

describe('padding', () => {
  const pad = { top: 4, bottom: 0, left: 2, right: 5 };

  it('has the right gradients at the borders, up to the whole side', () => {
    expectGradients({ x: odd }, ({ x }) => ops.reflectPad2d(x!, pad));
    expectGradients({ x: odd }, ({ x }) => ops.symmetricPad2d(x!, { ...pad, top: 5 }));
    expectGradients({ x: odd }, ({ x }) => ops.edgePad2d(x!, pad));
    expectGradients({ x: odd }, ({ x }) => ops.zeroPad2d(x!, pad));
  });

  it('of sequences has the right gradients', () => {
    const ends = { before: 3, after: 1 };
    for (const f of [ops.reflectPad1d, ops.symmetricPad1d, ops.edgePad1d, ops.zeroPad1d]) {
      expectGradients({ x: sequence }, ({ x }) => f(x!, ends));
    }
  });

  it('mirrors with and without the border', () => {
    const program = createProgram();
    const f = program.define('f', { feeds: { x: { shape: [1, 4, 1], dtype: 'float32' } } }, ({ x }) => ({
      reflect: ops.reflectPad1d(x, { before: 2, after: 1 }),
      symmetric: ops.symmetricPad1d(x, { before: 2, after: 1 }),
    }));
    const { reflect, symmetric } = f.run({ x: [1, 2, 3, 4] });
    expect([...reflect.data]).toEqual([3, 2, 1, 2, 3, 4, 3]);
    expect([...symmetric.data]).toEqual([2, 1, 1, 2, 3, 4, 4]);
    program.dispose();
  });

  it('refuses to mirror more than there is', () => {
    const refused = (f: () => unknown) => expect(f).toThrow(/can't mirror/);
    const x = ops.zeros([1, 3, 3, 1]);
    refused(() => ops.reflectPad2d(x, 3));
    refused(() => ops.symmetricPad2d(x, 4));
    x.dispose();
  });
});

describe('shuffling', () => {
  it('of pixels and of sequences has the right gradients, and the other way undoes it', () => {
    expectGradients({ x: { shape: [2, 2, 3, 8] } }, ({ x }) => ops.depthToSpace(x!, 2));
    expectGradients({ x: { shape: [2, 6, 3, 1] } }, ({ x }) => ops.spaceToDepth(x!, 3));
    expectGradients({ x: { shape: [2, 3, 4] } }, ({ x }) => ops.depthToSpace1d(ops.square(x!), 2));
    const program = createProgram();
    const x = { shape: [2, 6, 2], dtype: 'float32' } as const;
    const f = program.define('f', { feeds: { x } }, (fed) => ({
      y: ops.depthToSpace1d(ops.spaceToDepth1d(fed.x, 3), 3),
    }));
    const values = Float32Array.from({ length: 24 }, (_, index) => index);
    expect(f.run({ x: values }).y.data).toEqual(values);
    program.dispose();
  });
});
