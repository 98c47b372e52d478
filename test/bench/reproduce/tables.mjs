// The manual's reproduction tables: each names the import, what all of its runs share, and the runs.

/**
 * The VQ-VAEs: every run sees the same pictures in the same order; all but VQ-VAE-2 have the VQ-VAE's reference
 * network.
 */
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

const fashionMnist = {
  import: [],
  steps: 3000,
  set: cifar10.set,
  runs: [{ name: 'VQ-VAE', preset: 'cifar10', set: ['model.quantizer.reviveAfter=100'] }],
};

/**
 * Class-conditional priors over the codes of a table's first run: the same codes in the same order, and equally many
 * updates.
 */
const priorsOver = (table) => ({
  import: table.import,
  autoencoder: { ...table.runs[0], set: [...table.set, ...(table.runs[0].set ?? [])], steps: table.steps },
  steps: 3000,
  set: ['model.condition=class', 'training.batch=32', 'training.seed=1', 'training.evaluateEvery=1000'],
  runs: ['gpt', 'lstm', 'pixelcnn', 'gated-pixelcnn', 'pixelsnail', 'maskgit'].map((kind) => ({
    name: kind,
    preset: `${kind}-tiny`,
  })),
});

export const tables = {
  cifar10,
  mnist,
  flowers128,
  'cifar10-priors': priorsOver(cifar10),
  'fashion-mnist-priors': priorsOver(fashionMnist),
};
