import { expect, it } from 'vitest';
import { citation } from '@shared/specs';

const run = {
  id: 'vq vae/1',
  name: 'Shoes {50%} & co_1',
  model: 'VQ-VAE',
  dataset: 'Shoes',
  step: 1000,
  seed: 7,
  year: '2026',
  tessera: '0.2.0',
  datasetHash: 'a'.repeat(64),
  weightsHash: 'b'.repeat(64),
};

it('a run is cited with its seed, step and hashes, as a sentence and as BibTeX', () => {
  const { text, bibtex } = citation(run);
  expect(text).toBe(
    `Shoes {50%} & co_1: VQ-VAE trained on Shoes. Tessera 0.2.0, 2026. seed 7, step 1000, dataset sha256:${'a'.repeat(16)}, weights sha256:${'b'.repeat(16)}.`,
  );
  expect(bibtex.split('\n').slice(0, 3)).toEqual([
    '@misc{tessera-vq-vae-1,',
    '  title = {Shoes 50\\% \\& co\\_1: VQ-VAE trained on Shoes},',
    '  year = {2026},',
  ]);
});

it('what was not recorded is left out', () => {
  const { text } = citation({ ...run, tessera: null, datasetHash: null, weightsHash: null });
  expect(text).toContain('Tessera, 2026. seed 7, step 1000.');
});
