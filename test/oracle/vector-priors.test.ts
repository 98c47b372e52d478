import { afterEach, expect, it } from 'vitest';
import { vectorPriorSchema } from '../../shared/specs';
import { gaussianMixture } from '../../main/engine/priors/gaussian-mixture';
import { type VectorPrior, createVectorPrior } from '../../main/engine/priors';
import { type Program, createProgram } from '../../main/engine/tensorflow/graph';
import { golden, relativeError } from './golden';

const programs: Program[] = [];
afterEach(() => programs.splice(0).forEach((program) => program.dispose()));
const newProgram = (): Program => {
  const program = createProgram({ seed: 1 });
  programs.push(program);
  return program;
};

const scipy = golden('vector-priors.npz');
const [, length = 0] = scipy.shape('train');
const created = (program: Program, spec: object): VectorPrior =>
  createVectorPrior(program, vectorPriorSchema.parse(spec), { latent: { kind: 'vector', length }, seed: 1 });

it.each(['full', 'diagonal'] as const)(
  'a Gaussian with %s covariance is as likely as SciPy says',
  async (covariance) => {
    const program = newProgram();
    const prior = created(program, { kind: 'gaussian', covariance });
    await prior.prepare(scipy.floats('train'));
    const found = logDensities(program, prior, scipy.floats('held-out'));
    expect(relativeError(found, scipy.doubles(`gaussian/${covariance}`))).toBeLessThan(1e-5);
  },
);

it('MADE is as likely as its masked matrices written out in NumPy', async () => {
  const program = newProgram();
  const prior = created(program, { kind: 'made', layers: 2, width: 12, components: 3 });
  await prior.prepare(scipy.floats('train'));
  program.load(
    Object.fromEntries(
      prior.weights
        .filter(({ trainable }) => trainable)
        .map(({ name }) => [name, scipy.floats(name.replace('prior/', 'made/'))]),
    ),
  );
  expect(relativeError(logDensities(program, prior, scipy.floats('held-out')), scipy.doubles('made'))).toBeLessThan(
    1e-5,
  );
});

const sklearn = golden('linear-latents.npz');

it.each([
  ['full', 'full'],
  ['diag', 'diagonal'],
] as const)('a mixture with %s covariances is as likely as scikit-learn says', async (named, covariance) => {
  const program = newProgram();
  const key = `${named}/60`;
  const prior = gaussianMixture(program, 'prior', {
    latent: { kind: 'vector', length: 3 },
    components: 4,
    covariance,
    fit: () =>
      Promise.resolve({
        components: 4,
        dimension: 3,
        covariance,
        weights: sklearn.doubles(`${key}/weights`),
        means: sklearn.doubles(`${key}/means`),
        covariances: sklearn.doubles(`${key}/covariances`),
      }),
  });
  const vectors = sklearn.floats('vectors');
  await prior.prepare(vectors);
  expect(relativeError(logDensities(program, prior, vectors), sklearn.doubles(`${key}/scores`))).toBeLessThan(1e-5);
});

function logDensities(program: Program, prior: VectorPrior, vectors: Float32Array): ArrayLike<number> {
  const feeds = {
    vectors: { shape: [vectors.length / prior.latent.length, prior.latent.length], dtype: 'float32' },
  } as const;
  return program.define('judge', { feeds }, (fed) => ({ logs: prior.logDensity(fed.vectors) })).run({ vectors }).logs
    .data;
}
