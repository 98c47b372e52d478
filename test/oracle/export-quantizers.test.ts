import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runFolder, runManifestSchema, runSpecSchema } from '../../shared/specs';
import { createAutoencoder } from '../../main/engine/autoencoders';
import { exportRun } from '../../main/engine/export';
import { createProgram } from '../../main/engine/tensorflow/graph';
import { loadRun } from '../../main/engine/training';
import { writeCheckpoint } from '../../main/engine/training/run-files';
import { golden } from './golden';

/** Set to keep the exports for `export_quantizers.py`, which made the golden file from exactly these. */
const keep = process.env.TESSERA_KEEP_EXPORTS;
const folder = keep ?? mkdtempSync(path.join(os.tmpdir(), 'tessera-export-'));
afterAll(() => {
  if (!keep) rmSync(folder, { recursive: true, force: true });
});

const source = golden('torch-vq-vae-ema.npz');
const [, count = 0, height = 0, width = 0] = source.shape('pixels');
const image = { height, width, channels: 3 } as const;
const pixels = source.bytes('pixels').slice(0, count * height * width * 3);

/** The weights of the golden VQ-VAE, those of the quantizer as the run's seed draws them; as a checkpoint. */
function makeRun(runDirectory: string, quantizer: object): void {
  const c = JSON.parse(source.text('configuration')) as Record<string, number>;
  const model = {
    kind: 'vq-vae',
    hidden: c.hidden,
    residualLayers: c.layers,
    residualHidden: c.inner,
    downsamplings: c.downs,
    quantizer: { codes: c.codes, dimension: c.dimension, ...quantizer },
  };
  const now = '2026-01-01T00:00:00.000Z';
  const spec = runSpecSchema.parse({ dataset: 'd', model, training: { seed: 5 } });
  const times = { createdAt: now, updatedAt: now };
  const record = { version: 1, id: 'r', name: 'A model', spec, datasetName: 'noise', image, trainVariance: 0.1 };
  const manifest = runManifestSchema.parse({ ...record, status: 'stopped', step: 5, ...times });
  const program = createProgram({ seed: 5 });
  const { weights } = createAutoencoder(spec.model, image, 0.1, program, 5);
  const values = program.read(weights.map(({ name }) => name));
  program.dispose();
  rmSync(runDirectory, { recursive: true, force: true });
  mkdirSync(runDirectory, { recursive: true });
  writeFileSync(path.join(runDirectory, runFolder.manifest), JSON.stringify(manifest));
  writeCheckpoint(runDirectory, {
    weights: Object.fromEntries(
      Object.entries(values).map(([name, { data, shape }]) => {
        const shared = !name.startsWith('quantizer/') && source.names.includes(`start/${name}`);
        const found = shared ? source.floats(`start/${name}`) : (data as Float32Array);
        return [name, { dtype: 'float32', shape, data: found }] as const;
      }),
    ),
    optimizer: {},
    state: { step: 5, seed: 5, nmse: null, bestNmse: null, best: false, evaluatedStep: null },
  });
}

describe.each([
  ['cosine', { kind: 'cosine' }],
  ['factorised', { kind: 'factorised', codeDimension: 2 }],
  ['factorised-euclidean', { kind: 'factorised', codeDimension: 2, normalised: false }],
  ['simvq', { kind: 'simvq' }],
  ['gumbel', { kind: 'gumbel' }],
])('a model with the %s quantizer', (name, quantizer) => {
  it('gives the same codes and pictures in PyTorch, with the Python that is exported beside its weights', async () => {
    const runDirectory = path.join(folder, `run-${name}`);
    const directory = path.join(folder, `${name}-safetensors`);
    rmSync(directory, { recursive: true, force: true });
    makeRun(runDirectory, quantizer);
    const { files } = await exportRun({ runDirectory, step: 5, format: 'safetensors', directory });
    expect(files.map((file) => file.name)).toContain('vq_vae.py');

    const python = golden('export-quantizers.npz');
    const run = await loadRun(runDirectory, 5);
    if (run.kind !== 'codes') throw new Error('a model without codes');
    try {
      const codes = run.encode(pixels, count);
      expect([...codes]).toEqual([...python.integers(`${name}/indices`)]);
      expect(new Set(codes).size).toBeGreaterThan(1);
      const pictures = run.decode(codes, count);
      python.floats(`${name}/images`).forEach((value, index) => {
        expect(Math.abs(pictures[index]! - value * 255)).toBeLessThan(0.5 + 1e-2);
      });
    } finally {
      run.dispose();
    }
  });
});
