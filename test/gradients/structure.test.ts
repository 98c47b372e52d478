import { describe, expect, it } from 'vitest';
import { createProgram, gradients } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { tf } from '../../main/engine/tensorflow/native/load';
import { expectGradients, numbers } from './check';

const images = { shape: [2, 4, 5, 3] };

describe('reductions', () => {
  for (const [name, f] of Object.entries({
    sum: ops.sum,
    mean: ops.mean,
    max: ops.max,
    min: ops.min,
    logSumExp: ops.logSumExp,
  })) {
    it(`${name} has the right gradient over one axis, several and all`, () => {
      expectGradients({ x: images }, ({ x }) => f(x!, -1));
      expectGradients({ x: images }, ({ x }) => f(x!, [1, 2], true));
      expectGradients({ x: { shape: [2, 3, 3] } }, ({ x }) => f(x!));
    });
  }
});

describe('linear algebra', () => {
  it('matMul has the right gradients, transposed and batched', () => {
    expectGradients({ a: { shape: [3, 4] }, b: { shape: [4, 2] } }, ({ a, b }) => ops.matMul(a!, b!));
    expectGradients({ a: { shape: [4, 3] }, b: { shape: [2, 4] } }, ({ a, b }) =>
      ops.matMul(a!, b!, { transposeA: true, transposeB: true }),
    );
    expectGradients({ a: { shape: [2, 3, 4] }, b: { shape: [2, 5, 4] } }, ({ a, b }) =>
      ops.matMul(a!, b!, { transposeB: true }),
    );
  });
});

describe('rows', () => {
  const indices = () => tf.tensor2d([0, 3, 3, 1, 0, 3], [2, 3], 'int32');

  it('gather adds up the gradients of a row used twice and leaves unused rows at zero', () => {
    expectGradients({ table: { shape: [5, 4] } }, ({ table }) => ops.gather(table!, indices()));
  });

  it('gather of the nearest row works inside a taped function', () => {
    expectGradients(
      { table: { shape: [4, 2], range: [-3, 3] }, x: { shape: [5, 2], range: [-2, 2] } },
      ({ table, x }) => {
        const distances = ops.sum(ops.square(ops.sub(ops.expandDims(x!, 1), ops.expandDims(table!, 0))), -1);
        return ops.square(ops.sub(ops.gather(table!, ops.argMin(distances)), x!));
      },
    );
  });

  it('gatherAlong and batchGather have the right gradients', () => {
    const places = () => tf.tensor1d([2, 0, 2], 'int32');
    expectGradients({ x: { shape: [2, 3, 4] } }, ({ x }) => ops.gatherAlong(x!, places(), -1));
    expectGradients({ x: { shape: [2, 3, 4] } }, ({ x }) => ops.gatherAlong(x!, places(), 1));
    expectGradients({ x: { shape: [2, 3, 4] } }, ({ x }) =>
      ops.batchGather(x!, tf.tensor2d([2, 2, 0, 1], [2, 2], 'int32')),
    );
  });

  it('topK gives the largest values and where they are', () => {
    const program = createProgram();
    const f = program.define('f', { feeds: { x: { shape: [2, 4], dtype: 'float32' } } }, ({ x }) => ops.topK(x, 2));
    const { values, indices } = f.run({ x: [1, 7, 3, 5, -4, -1, -3, -2] });
    expect([[...values.data], [...indices.data]]).toEqual([
      [7, 5, -1, -2],
      [1, 3, 1, 3],
    ]);
    const x = ops.zeros([2, 3]);
    expect(() => ops.topK(x, 4)).toThrow(/there aren't 4 values/);
    x.dispose();
    program.dispose();
  });

  it('unsortedSegmentSum has the right gradient and drops negative ids', () => {
    expectGradients({ data: { shape: [6, 3] } }, ({ data }) =>
      ops.unsortedSegmentSum(data!, tf.tensor1d([2, 0, 2, -1, 1, 0], 'int32'), 4),
    );
  });

  it('bincount, argMax and oneHot count and point', () => {
    const program = createProgram();
    const f = program.define('f', { feeds: { ids: { shape: [2, 3], dtype: 'int32' } } }, ({ ids }) => {
      const counts = ops.bincount(ids, 5);
      return { counts, most: ops.argMax(counts), fewest: ops.argMin(counts), hot: ops.oneHot(ids, 4) };
    });
    const out = f.run({ ids: [0, 3, 3, 1, 0, 3] });
    expect([...out.counts.data]).toEqual([2, 1, 0, 3, 0]);
    expect([...out.most.data, ...out.fewest.data]).toEqual([3, 2]);
    expect(out.hot.shape).toEqual([2, 3, 4]);
    expect([...out.hot.data].slice(4, 8)).toEqual([0, 0, 0, 1]);
    program.dispose();
  });
});

describe('shape', () => {
  it('reshape, transpose, concat, stack, split, slice, squeeze, expandDims and tile have the right gradients', () => {
    expectGradients({ x: images }, ({ x }) => ops.reshape(x!, [2, -1]));
    expectGradients({ x: images }, ({ x }) => ops.transpose(x!, [0, 3, 1, 2]));
    expectGradients({ a: images, b: { shape: [2, 4, 5, 1] } }, ({ a, b }) => ops.concat([a!, b!, a!], -1));
    expectGradients({ a: { shape: [3] }, b: { shape: [3] } }, ({ a, b }) => ops.stack([a!, b!, a!], 1));
    expectGradients({ x: { shape: [2, 6] } }, ({ x }) => {
      const [a, b] = ops.split(x!, [2, 4], 1);
      return ops.concat([ops.square(b!), a!], 1);
    });
    expectGradients({ x: images }, ({ x }) => ops.slice(x!, [0, 1, 2, 0], [2, 3, -1, 2]));
    expectGradients({ x: { shape: [2, 1, 3] } }, ({ x }) => ops.squeeze(ops.expandDims(x!, 0), [0, 2]));
    expectGradients({ x: { shape: [2, 3] } }, ({ x }) => ops.tile(x!, [2, 3]));
  });

  it('unstack, pad, reverse, broadcastTo, sumTo and transpose in reverse have the right gradients', () => {
    expectGradients({ x: { shape: [2, 3, 2] } }, ({ x }) => {
      const [first, , third] = ops.unstack(x!, 1);
      return ops.mul(first!, ops.square(third!));
    });
    expectGradients({ x: { shape: [2, 3] } }, ({ x }) =>
      ops.pad(x!, [
        [1, 0],
        [2, 1],
      ]),
    );
    expectGradients({ x: images }, ({ x }) => ops.reverse(x!, [1, 3]));
    expectGradients({ x: { shape: [3, 1] } }, ({ x }) => ops.broadcastTo(x!, [2, 3, 4]));
    expectGradients({ x: images }, ({ x }) => ops.square(ops.sumTo(x!, [5, 1])));
    expectGradients({ x: { shape: [2, 3, 4] } }, ({ x }) => ops.transpose(x!));
  });

  it('cumsum has the right gradients, exclusive and from the end', () => {
    for (const options of [{}, { exclusive: true }, { reverse: true }, { exclusive: true, reverse: true }]) {
      expectGradients({ x: { shape: [2, 4, 2] } }, ({ x }) => ops.cumsum(x!, 1, options));
    }
  });
});

describe('images', () => {
  const pad = { top: 1, bottom: 2, left: 3, right: 0 };

  it('zeroPad2d, reflectPad2d and edgePad2d have the right gradients at the borders', () => {
    expectGradients({ x: images }, ({ x }) => ops.zeroPad2d(x!, pad));
    expectGradients({ x: images }, ({ x }) => ops.reflectPad2d(x!, pad));
    expectGradients({ x: images }, ({ x }) => ops.edgePad2d(x!, pad));
  });

  it('pads as their names say', () => {
    const program = createProgram();
    const f = program.define('f', { feeds: { x: { shape: [1, 1, 3, 1], dtype: 'float32' } } }, ({ x }) => {
      const sides = { top: 0, bottom: 0, left: 2, right: 1 };
      return { reflect: ops.reflectPad2d(x, sides), edge: ops.edgePad2d(x, sides), zero: ops.zeroPad2d(x, sides) };
    });
    const { reflect, edge, zero } = f.run({ x: [1, 2, 3] });
    expect([[...reflect.data], [...edge.data], [...zero.data]]).toEqual([
      [3, 2, 1, 2, 3, 2],
      [1, 1, 1, 2, 3, 3],
      [0, 0, 1, 2, 3, 0],
    ]);
    program.dispose();
  });

  it('resizeNearest and resizeBilinear have the right gradients up and down, batch above 1', () => {
    for (const size of [
      [8, 10],
      [7, 3],
      [2, 9],
    ] as const) {
      expectGradients({ x: images }, ({ x }) => ops.resizeNearest(x!, size));
      expectGradients({ x: images }, ({ x }) => ops.resizeBilinear(x!, size));
      expectGradients({ x: images }, ({ x }) => ops.resizeBilinear(x!, size, { alignment: 'legacy' }));
    }
  });

  it('depthToSpace, spaceToDepth and averagePool2d have the right gradients', () => {
    expectGradients({ x: { shape: [2, 3, 2, 8] } }, ({ x }) => ops.depthToSpace(x!, 2));
    expectGradients({ x: { shape: [2, 6, 4, 3] } }, ({ x }) => ops.spaceToDepth(x!, 2));
    expectGradients({ x: { shape: [2, 5, 7, 3] } }, ({ x }) => ops.averagePool2d(x!, 2));
  });
});

describe('gradient flow', () => {
  it('the rotation trick turns and rescales a gradient as x is turned and rescaled into its code', () => {
    const program = createProgram();
    const x = program.variable('x', tf.tensor2d([3, 0, 0, 0, 0, 0], [2, 3]));
    const feeds = { codes: { shape: [2, 3], dtype: 'float32' } } as const;
    const f = program.define('f', { feeds }, ({ codes }) => {
      const { value, grads } = gradients(() => {
        const quantized = ops.rotationTrick(x.read(), codes);
        return { loss: ops.sum(ops.mul(quantized, tf.tensor1d([2, 5, 7]))), quantized };
      }, [x]);
      return { ...value, slope: grads[0]! };
    });
    const codes = Float32Array.of(0, 6, 0, 1, 1, 1);
    const { quantized, slope } = f.run({ codes });
    expect(quantized.data).toEqual(codes);
    // a quarter turn of the first two axes and twice the length: dx = 2 · (dy₂, −dy₁, dy₃)
    const [along = 0, across = 0, beside = 0, ...ofNothing] = slope.data;
    expect([along, across, beside].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([10, -4, 14]);
    expect(ofNothing.every(Number.isFinite)).toBe(true);
    program.dispose();
  });

  it('stopGradient blocks, straightThrough passes on unchanged', () => {
    const program = createProgram();
    const v = program.variable('v', tf.tensor1d(numbers(4)));
    const f = program.define('f', { feeds: {} }, () => {
      const x = v.read();
      const of = (loss: () => ReturnType<typeof ops.sum>) => gradients(() => ({ loss: loss() }), [v]).grads[0]!;
      return {
        half: of(() => ops.sum(ops.mul(x, ops.stopGradient(x)))),
        through: of(() => ops.sum(ops.mul(ops.straightThrough(x, ops.round(x)), 3))),
        rounded: ops.straightThrough(x, ops.round(x)),
      };
    });
    const captured = f.run({});
    expect(captured.half.data).toEqual(numbers(4));
    expect([...captured.through.data]).toEqual([3, 3, 3, 3]);
    expect([...captured.rounded.data].every(Number.isInteger)).toBe(true);
    expect(f.runEagerly({})).toEqual(captured);
    program.dispose();
  });
});
