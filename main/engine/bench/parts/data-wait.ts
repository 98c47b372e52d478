import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { importOptionsSchema, runFolder, runManifestSchema, type RunSpec } from '@shared/specs';
import { importDataset, openPack } from '../../media';
import { createTrainer } from '../../training';
import { replaceFile } from '../../../files';
import type { Part } from './part';
import { referenceModel } from './reference-model';
import { scratchFolder, writePictures } from './scratch';

const PICTURES = 2000;
const STEPS = 40;

/** The share of a run's time that its steps wait for their batch, in percent: the reference configuration, batch 64. */
export async function openDataWait(): Promise<Part> {
  const scratch = scratchFolder();
  const dataset = path.join(scratch.folder, 'dataset');
  await writePictures(path.join(scratch.folder, 'pictures'), PICTURES);
  await importDataset({
    sources: [path.join(scratch.folder, 'pictures')],
    staging: dataset,
    options: importOptionsSchema.parse({}),
  });
  const { program, spec } = referenceModel(32);
  program.dispose();
  let runs = 0;
  return {
    async round() {
      const runDirectory = path.join(scratch.folder, `run-${(runs += 1)}`);
      writeRun(runDirectory, dataset, {
        ...spec,
        training: { ...spec.training, steps: STEPS, batch: 64, evaluateEvery: 1e6, checkpointEvery: 1e6 },
      });
      const trainer = await createTrainer({ runDirectory, datasetDirectory: dataset });
      const since = performance.now();
      await trainer.run();
      const seconds = (performance.now() - since) / 1000;
      const waited = trainer.waited;
      await trainer.dispose();
      return [Math.max(0.01, (100 * waited) / seconds)];
    },
    close: scratch.remove,
  };
}

function writeRun(runDirectory: string, dataset: string, spec: RunSpec): void {
  const pack = openPack(dataset);
  const { manifest } = pack;
  pack.close();
  const now = new Date().toISOString();
  const run = runManifestSchema.parse({
    version: 1,
    id: 'bench',
    name: 'bench',
    spec,
    datasetName: manifest.name,
    signal: manifest.signal,
    trainVariance: manifest.trainVariance,
    status: 'queued',
    createdAt: now,
    updatedAt: now,
  });
  mkdirSync(runDirectory, { recursive: true });
  replaceFile(path.join(runDirectory, runFolder.manifest), JSON.stringify(run));
}
