import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { runFolder, type RunManifest } from '../../../../shared/specs';
import { loadRun } from '../../../../main/engine/training';
import { type Dataset, makeDataset, makeRun, temporaryFolder } from '../training/fixture';
import { train } from '../training/train';

const AUTOENCODER_STEPS = 2;

export interface Ground {
  folder: ReturnType<typeof temporaryFolder>;
  dataset: Dataset;
  autoencoder: string;
  codes: NonNullable<RunManifest['codes']>;
}

/** A dataset and an autoencoder that barely began: its latents are latents. */
export async function makeGround(model: object = {}): Promise<Ground> {
  const folder = temporaryFolder();
  const dataset = await makeDataset(folder.path('dataset'), { train: 24, test: 6 });
  const autoencoder = makeRun(folder.path('autoencoder'), dataset, {
    model,
    training: { steps: AUTOENCODER_STEPS, evaluateEvery: AUTOENCODER_STEPS, checkpointEvery: AUTOENCODER_STEPS },
  });
  await train(autoencoder, dataset);
  const run = await loadRun(autoencoder, AUTOENCODER_STEPS);
  const { latent, info } = run;
  run.dispose();
  const codes = { run: 'run', name: 'Run', step: info.step, weightsHash: info.weightsHash, latent };
  return { folder, dataset, autoencoder, codes };
}

/** The folder of a prior's run that hasn't begun, as the workbench makes it. */
export function makePriorRun(ground: Ground, name: string, model: object, training: object = {}): string {
  const directory = ground.folder.path(name);
  const inside = path.join(directory, runFolder.autoencoder);
  mkdirSync(inside, { recursive: true });
  for (const part of [runFolder.manifest, runFolder.status, runFolder.checkpoint(ground.codes.step)])
    cpSync(path.join(ground.autoencoder, part), path.join(inside, part), { recursive: true });
  return makeRun(directory, ground.dataset, {
    model,
    training: { deterministic: true, batch: 6, ...training },
    manifest: { codes: ground.codes, classes: ['even', 'odd'] },
    autoencoder: { run: 'run', step: ground.codes.step },
  });
}
