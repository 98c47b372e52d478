import { describe, expect, it } from 'vitest';
import { type GaussianMixture, fitGaussianMixture, logDensities, sampleMixture } from '../../../../main/engine/density';

/** Two clouds far apart, one round and one stretched along a diagonal. */
const known: GaussianMixture = {
  components: 2,
  dimension: 2,
  covariance: 'full',
  weights: Float64Array.of(0.25, 0.75),
  means: Float64Array.of(-6, 0, 4, 3),
  covariances: Float64Array.of(1, 0, 0, 1, 2, 1.6, 1.6, 2),
};
const vectors = sampleMixture(known, 4000, 5);
const options = { components: 2, dimension: 2, covariance: 'full', seed: 1 } as const;

describe('a mixture of Gaussians', () => {
  it('finds again, from k-means, the mixture that its vectors were drawn from', async () => {
    const { mixture, hasConverged } = await fitGaussianMixture(vectors, options);
    expect(hasConverged).toBe(true);
    const first = mixture.means[0]! < 0 ? 0 : 1;
    const order = [first, 1 - first];
    order.forEach((found, at) => {
      expect(Math.abs(mixture.weights[found]! - known.weights[at]!)).toBeLessThan(0.03);
      for (let each = 0; each < 2; each++)
        expect(Math.abs(mixture.means[found * 2 + each]! - known.means[at * 2 + each]!)).toBeLessThan(0.15);
      for (let each = 0; each < 4; each++)
        expect(Math.abs(mixture.covariances[found * 4 + each]! - known.covariances[at * 4 + each]!)).toBeLessThan(0.2);
    });
  });

  it('gets likelier with every round, and a full covariance fits a slanted cloud better than a diagonal one', async () => {
    const rounds = [1, 2, 4, 8];
    const found = [];
    for (const iterations of rounds)
      found.push(await fitGaussianMixture(vectors, { ...options, components: 3, iterations, tolerance: 0 }));
    const likelihoods = found.map(({ logLikelihood }) => logLikelihood);
    expect(likelihoods).toEqual([...likelihoods].sort((a, b) => a - b));
    const [full, diagonal] = await Promise.all([
      fitGaussianMixture(vectors, options),
      fitGaussianMixture(vectors, { ...options, covariance: 'diagonal' }),
    ]);
    expect(full.logLikelihood).toBeGreaterThan(diagonal.logLikelihood + 0.1);
  });

  it.each(['full', 'diagonal'] as const)('has a density that sums to one (%s)', async (covariance) => {
    const { mixture } = await fitGaussianMixture(vectors, { ...options, covariance });
    const step = 0.1;
    const grid = Float32Array.from(
      Array.from({ length: 300 * 300 }, (_, at) => [(at % 300) * step - 15, Math.floor(at / 300) * step - 13]).flat(),
    );
    const sum = logDensities(mixture, grid).reduce((total, log) => total + Math.exp(log) * step * step, 0);
    expect(sum).toBeCloseTo(1, 3);
  });

  it('draws the same with the same seed, with the moments of the mixture', () => {
    expect(sampleMixture(known, 4000, 5)).toEqual(vectors);
    expect(sampleMixture(known, 4000, 6)).not.toEqual(vectors);
    const means = [0, 1].map(
      (each) => vectors.reduce((sum, value, at) => sum + (at % 2 === each ? value : 0), 0) / 4000,
    );
    expect(means[0]).toBeCloseTo(0.25 * -6 + 0.75 * 4, 0);
    expect(means[1]).toBeCloseTo(0.75 * 3, 0);
  });

  it('keeps its variance where all vectors are one point', async () => {
    const { mixture } = await fitGaussianMixture(new Float32Array(20).fill(2), { ...options, components: 1 });
    mixture.means.forEach((mean) => expect(mean).toBeCloseTo(2, 12));
    expect(mixture.covariances[0]).toBeCloseTo(1e-6, 12);
  });

  it('refuses fewer vectors than components, and ends when it is cancelled', async () => {
    await expect(fitGaussianMixture(vectors.slice(0, 2), options)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: '1 vectors are too few for 2 components.',
    });
    const signal = AbortSignal.abort();
    await expect(fitGaussianMixture(vectors, { ...options, signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
