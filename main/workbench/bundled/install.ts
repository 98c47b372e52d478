import { existsSync, readFileSync, renameSync } from 'node:fs';
import { cp, copyFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { asAppError } from '@shared/errors';
import type { Datasets } from '../datasets';
import { BUNDLED } from '../runs/summary';
import { replaceFile, syncFolder, syncTree } from '../../files';
import type { Staging, WorkspacePaths } from '../workspace';
import { foldersIn, readSamples } from './sample';

const markerSchema = z.object({ datasets: z.array(z.string()).default([]), runs: z.array(z.string()).default([]) });

export interface BundledOptions {
  resources: string;
  paths: WorkspacePaths;
  staging: Staging;
  datasets: Pick<Datasets, 'folder' | 'import'>;
  /** Settled once the datasets that are there are known. */
  reconciled: Promise<void>;
  signal: AbortSignal;
  onRun(run: string): void;
  warn(message: string): void;
}

/**
 * Puts the bundled runs and datasets into the workspace, each once. What was put in is noted, so that deleting it
 * sticks; one that fails is tried again at the next start.
 */
export async function installBundled(options: BundledOptions): Promise<void> {
  const { paths, resources, warn, signal } = options;
  const done = readMarker(paths.bundled);
  const note = (kind: 'datasets' | 'runs', id: string): void => {
    done[kind].push(id);
    replaceFile(paths.bundled, `${JSON.stringify(done)}\n`);
  };
  const attempt = async (kind: 'datasets' | 'runs', id: string, install: () => Promise<void>): Promise<void> => {
    if (done[kind].includes(id) || signal.aborted) return;
    try {
      await install();
      note(kind, id);
    } catch (error) {
      if (!signal.aborted) warn(`The example ${id} could not be put in: ${asAppError(error).message}`);
    }
  };

  // runs first: copying one takes no time, and the studio can open it at once
  const models = path.join(resources, 'models');
  for (const id of foldersIn(models)) await attempt('runs', id, () => installRun(path.join(models, id), id, options));
  await options.reconciled;
  const samples = path.join(resources, 'samples');
  for (const sample of readSamples(samples)) {
    await attempt('datasets', sample.id, async () => {
      const target = options.datasets.folder(sample.id);
      if (existsSync(target)) return;
      await options.datasets.import({
        source: { paths: sample.paths, name: sample.source },
        options: sample.options,
        signal,
        onProgress: () => undefined,
        bundled: sample,
      });
      const licence = path.join(samples, sample.id, 'LICENSE');
      if (existsSync(licence)) await copyFile(licence, path.join(target, 'LICENSE'));
    });
  }
}

async function installRun(from: string, id: string, { paths, staging, onRun }: BundledOptions): Promise<void> {
  const target = path.join(paths.runs, id);
  if (existsSync(target)) return;
  const workplace = staging.create();
  try {
    await cp(from, workplace, { recursive: true });
    replaceFile(path.join(workplace, BUNDLED), `${JSON.stringify({ model: id })}\n`);
    syncTree(workplace);
    renameSync(workplace, target);
    syncFolder(paths.runs);
  } finally {
    await staging.remove(workplace);
  }
  onRun(id);
}

function readMarker(file: string): z.output<typeof markerSchema> {
  try {
    return markerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { datasets: [], runs: [] };
  }
}
