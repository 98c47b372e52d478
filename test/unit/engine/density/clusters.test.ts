import { describe, expect, it } from 'vitest';
import { nearestClusters } from '../../../../main/engine/density/clusters';
import { sampleMixture } from '../../../../main/engine/density';

const centres = [-20, -10, 0, 10, 20];
/** Five clouds far apart, and the one that each vector is of. */
const vectors = sampleMixture(
  {
    components: 5,
    dimension: 2,
    covariance: 'diagonal',
    weights: new Float64Array(5).fill(0.2),
    means: Float64Array.from(centres.flatMap((at) => [at, -at])),
    covariances: new Float64Array(10).fill(1),
  },
  3000,
  2,
);
const options = { clusters: 5, dimension: 2, seed: 1, signal: undefined };

describe('clusters', () => {
  it('are the clouds that the vectors form', async () => {
    const nearest = await nearestClusters(vectors, options);
    const clouds = Array.from(nearest, (_, at) => Math.round(vectors[2 * at]! / 10));
    const found = new Map(clouds.map((cloud, at) => [cloud, nearest[at]!]));
    expect(new Set(found.values()).size).toBe(5);
    expect(clouds.filter((cloud, at) => found.get(cloud) !== nearest[at])).toEqual([]);
  });

  it('are a function of vectors and seed, with one cluster all of them', async () => {
    expect(await nearestClusters(vectors, options)).toEqual(await nearestClusters(vectors, options));
    expect(new Set(await nearestClusters(vectors, { ...options, clusters: 1 }))).toEqual(new Set([0]));
  });

  it('can be more than there are different vectors', async () => {
    const nearest = await nearestClusters(new Float32Array(20).fill(3), { ...options, clusters: 4 });
    expect(nearest).toEqual(new Uint32Array(10));
  });

  it('are given up when nobody wants them any more', async () => {
    const job = nearestClusters(vectors, { ...options, signal: AbortSignal.abort() });
    await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
