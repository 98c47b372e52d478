// What the manual's reproduction tables hold: for each the import, what all of its runs share, and the runs.

/** Every run sees the same pictures in the same order; all but VQ-VAE-2 have the reference network of the VQ-VAE. */
const cifar10 = {
  import: ['--size', '32'],
  steps: 10_000,
  set: ['training.batch=32', 'training.learningRate=3e-4', 'training.seed=1', 'training.evaluateEvery=1000'],
  runs: [
    { name: 'VQ-VAE', preset: 'cifar10' },
    { name: 'VQ-VAE, revival', preset: 'cifar10', set: ['model.quantizer.reviveAfter=100'] },
    ...['rotation', 'simvq', 'fsq', 'residual', 'vq-vae-2'].map((preset) => ({ name: preset, preset })),
  ],
};

const mnist = {
  import: [],
  steps: 300_000,
  set: [],
  runs: ['vae-mnist', 'iwae-mnist'].map((preset) => ({ name: preset, preset })),
};

const flowers128 = {
  import: ['--size', '128'],
  steps: 20_000,
  set: [],
  runs: [{ name: 'VQGAN', preset: 'flowers128' }],
};

export const tables = { cifar10, mnist, flowers128 };
