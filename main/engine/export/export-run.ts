import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ExportFormat, ExportResult } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { type LoadedRun, loadRun } from '../training/load-run';
import { modelDescription } from './description';
import { pythonModel } from './python-model';
import { savedModelReadme, safetensorsReadme } from './readme';
import { writeSafetensors } from './safetensors';
import { writeSavedModel } from './saved-model';

export interface ExportRequest {
  runDirectory: string;
  /** Of a checkpoint. */
  step: number;
  format: ExportFormat;
  /** The folder to make; must not exist. */
  directory: string;
}

/**
 * Exports a checkpoint into a new folder, which appears whole or not at all.
 * @throws NOT_FOUND or BAD_FILE for run and checkpoint, CONFLICT if the folder exists, DISK
 */
export async function exportRun({ runDirectory, step, format, directory }: ExportRequest): Promise<ExportResult> {
  if (existsSync(directory)) {
    throw new AppError('CONFLICT', `${path.basename(directory)} exists already.`, 'Choose a new folder.', {
      field: 'directory',
    });
  }
  const temporary = path.join(path.dirname(directory), `.writing-${path.basename(directory)}-${process.pid}`);
  const run = await loadRun(runDirectory, step);
  try {
    mkdirSync(path.dirname(directory), { recursive: true });
    rmSync(temporary, { recursive: true, force: true });
    writers[format](run, temporary);
    renameSync(temporary, directory);
    return { format, path: directory, files: filesIn(directory) };
  } catch (thrown) {
    rmSync(temporary, { recursive: true, force: true });
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('DISK', `The export could not be written: ${asAppError(thrown).message}`, '', { cause: thrown });
  } finally {
    run.dispose();
  }
}

const writers: Record<ExportFormat, (run: LoadedRun, directory: string) => void> = {
  safetensors(run, directory) {
    mkdirSync(directory);
    const weights = run.program.read(run.model.weights.map(({ name }) => name));
    const metadata = { format: 'pt', tessera: JSON.stringify(modelDescription(run)) };
    writeFileSync(path.join(directory, 'model.safetensors'), writeSafetensors(weights, metadata));
    writeFileSync(path.join(directory, 'vq_vae.py'), pythonModel);
    writeFileSync(path.join(directory, 'README.md'), safetensorsReadme(modelDescription(run)));
  },
  savedmodel(run, directory) {
    writeSavedModel(run, directory);
    writeFileSync(path.join(directory, 'README.md'), savedModelReadme(modelDescription(run)));
  },
};

function filesIn(directory: string): ExportResult['files'] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name: name.split(path.sep).join('/'), stats: statSync(path.join(directory, name)) }))
    .filter(({ stats }) => stats.isFile())
    .map(({ name, stats }) => ({ name, bytes: stats.size }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
