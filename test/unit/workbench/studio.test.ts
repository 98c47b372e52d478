import { describe, expect, it } from 'vitest';
import { studioHandlers, type Models } from '../../../main/workbench/studio';

/** Models that only note what its process would be asked. */
function noting() {
  const asked: unknown[][] = [];
  const studio = {
    datasetDirectory: () => Promise.resolve('/datasets/shoes'),
    ask: (...args: unknown[]) => {
      asked.push(args.slice(0, 3));
      return Promise.resolve(null);
    },
  } as unknown as Models;
  return { handlers: studioHandlers(studio), studio, asked };
}
const context = { signal: new AbortController().signal, progress: () => undefined };
const model = { run: 'first', checkpoint: 40 };

describe('drawing new vectors', () => {
  const draw = { components: 4, seed: 7, count: 3 };

  it('from a mixture goes with the dataset that the run was trained on', async () => {
    const { handlers, asked } = noting();
    await handlers['studio.draw']({ ...model, ...draw, from: 'mixture' }, context);
    await handlers['studio.fitDensity']({ ...model, components: 4 }, context);
    const latent = { kind: 'vector' as const, values: new Float32Array(2) };
    await handlers['studio.density']({ ...model, components: 4, latent }, context);
    const datasetDirectory = '/datasets/shoes';
    expect(asked).toEqual([
      ['studio.draw', model, { ...draw, from: 'mixture', datasetDirectory }],
      ['studio.fitDensity', model, { components: 4, datasetDirectory }],
      ['studio.density', model, { components: 4, latent, datasetDirectory }],
    ]);
  });

  it('from the prior needs none: the dataset may be gone', async () => {
    const { handlers, asked } = noting();
    await handlers['studio.draw']({ ...model, ...draw, from: 'prior' }, context);
    expect(asked).toEqual([['studio.draw', model, { ...draw, from: 'prior', datasetDirectory: null }]]);
  });
});

describe('pictures that need to know how vectors are spread', () => {
  const vector = { kind: 'vector' as const, values: new Float32Array(2) };
  const codes = { kind: 'codes' as const, indices: new Int32Array(2) };
  const how = { canvas: null, strength: 0.5, temperature: 1, seed: 1, count: 2 };

  it('are varied with the dataset that the run was trained on, those of codes without one', async () => {
    const { handlers, asked } = noting();
    await handlers['studio.vary']({ ...model, ...how, latent: vector }, context);
    await handlers['studio.vary']({ ...model, ...how, latent: codes }, context);
    expect(asked).toEqual([
      ['studio.vary', model, { ...how, latent: vector, datasetDirectory: '/datasets/shoes' }],
      ['studio.vary', model, { ...how, latent: codes, datasetDirectory: null }],
    ]);
  });

  it('begin blank, of codes also where the dataset is gone', async () => {
    const { studio, asked } = noting();
    const gone = { ...studio, datasetDirectory: () => Promise.reject(new Error('It is gone.')) };
    await studioHandlers(gone)['studio.blank']({ ...model, layer: 0, code: 3 }, context);
    expect(asked).toEqual([['studio.blank', model, { layer: 0, code: 3, datasetDirectory: null }]]);
  });
});
