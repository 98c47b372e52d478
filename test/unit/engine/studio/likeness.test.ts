import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderByLikeness, squaredDistance } from '../../../../main/engine/studio/likeness';

describe('the order by likeness', () => {
  it('puts vectors that lie on a line in the order of the line', async () => {
    const places = [5, 1, 4, 0, 3, 2];
    const vectors = Float32Array.from(places.flatMap((place) => [2 * place, -place, 7]));
    const order = [...(await orderByLikeness(vectors, 3))].map((code) => places[code]);
    expect([order, [...order].reverse()]).toContainEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps clusters together', async () => {
    const vectors = Float32Array.from({ length: 40 }, (_, at) => (Math.floor(at / 2) % 2) * 100 + ((at * 7) % 5));
    const cluster = [...(await orderByLikeness(vectors, 2))].map((code) => code % 2);
    expect(cluster.filter((one, i) => i > 0 && one !== cluster[i - 1])).toHaveLength(1);
  });

  it('is a permutation, whatever the vectors', async () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4 }));
    const vectors = shapes.chain(([count, dimension]) =>
      fc.tuple(
        fc.float32Array({
          minLength: count * dimension,
          maxLength: count * dimension,
          noNaN: true,
          noDefaultInfinity: true,
          min: -1e3,
          max: 1e3,
        }),
        fc.constant(dimension),
      ),
    );
    await fc.assert(
      fc.asyncProperty(vectors, async ([values, dimension]) => {
        const order = await orderByLikeness(values, dimension);
        expect([...order].sort((a, b) => a - b)).toEqual(
          Array.from({ length: values.length / dimension }, (_, code) => code),
        );
      }),
    );
  });

  it('is defined for vectors that are all the same', async () => {
    expect([...(await orderByLikeness(new Float32Array(8), 2))]).toEqual([0, 1, 2, 3]);
  });

  it('pauses while it works on large codebooks', async () => {
    let pauses = 0;
    const vectors = Float32Array.from({ length: 1000 }, (_, at) => Math.sin(at));
    await orderByLikeness(vectors, 1, () => Promise.resolve(void (pauses += 1)));
    expect(pauses).toBeGreaterThan(0);
  });

  it('orders above the limit of the chain along the main axis', async () => {
    const count = 5000;
    const vectors = Float32Array.from({ length: count * 2 }, (_, at) =>
      at % 2 === 0 ? ((at / 2) * 7919) % count : 0.5,
    );
    const order = await orderByLikeness(vectors, 2);
    const along = [...order].map((code) => vectors[2 * code]!);
    const rising = along.every((value, i) => i === 0 || value >= along[i - 1]!);
    const falling = along.every((value, i) => i === 0 || value <= along[i - 1]!);
    expect(rising || falling).toBe(true);
  });
});

describe('the distance of two codes', () => {
  it('is the squared Euclidean one', () => {
    expect(squaredDistance(Float32Array.of(0, 0, 3, 4), 2, 0, 1)).toBe(25);
  });
});
