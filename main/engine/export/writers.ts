import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ExportFormat } from '@shared/contract';
import { isPrior } from '@shared/specs';
import { writeInPieces } from '../../files';
import type { Program, Variable } from '../tensorflow/graph';
import { type LoadedPrior, loadPrior } from '../training/load-prior';
import { type LoadedRun, loadRun, requireAutoencoder } from '../training/load-run';
import { readRun } from '../../run-files';
import { modelDescription, priorDescription } from './description';
import type { Advance } from './advance';
import { priorSafetensorsReadme, priorSavedModelReadme } from './prior-readme';
import { pythonModel, pythonPreprocessing, pythonSampler } from './python-model';
import { safetensorsReadme, savedModelReadme } from './readme';
import { writeSafetensors } from '../formats/safetensors';
import { writeAutoencoder, writePrior } from './saved-model';

/** A checkpoint that can be written in every format. */
export interface Exportable {
  /** Makes the folder with all that belongs to the export. */
  write(format: ExportFormat, directory: string, advance: Advance): Promise<void>;
  dispose(): void;
}

/** Loads the checkpoint of a run, of an autoencoder or of a prior. Throws NOT_FOUND, BAD_FILE. */
export async function openExportable(runDirectory: string, step: number): Promise<Exportable> {
  if (isPrior(readRun(runDirectory).spec.model)) return exportable(await loadPrior(runDirectory, step), priors);
  return exportable(await loadRun(runDirectory, step), autoencoders);
}

type Writers<Run> = Record<ExportFormat, (run: Run, directory: string, advance: Advance) => Promise<void>>;

function exportable<Run extends { dispose(): void }>(run: Run, writers: Writers<Run>): Exportable {
  return {
    write: (format, directory, advance) => writers[format](run, directory, advance),
    dispose: () => run.dispose(),
  };
}

/** Whether the Python beside an export, which is written for pictures, is of this model; the README says where it isn't. */
const isOfPictures = ({ info }: LoadedRun): boolean => info.signal.kind === 'picture';

const autoencoders: Writers<LoadedRun> = {
  async safetensors(run, directory, advance) {
    const description = modelDescription(run);
    await writeWeights(run.program, run.model, description, directory, advance);
    if (isOfPictures(run)) {
      await writeText(path.join(directory, 'model.py'), pythonModel(requireAutoencoder(run.manifest)));
      await writeText(path.join(directory, 'preprocess.py'), pythonPreprocessing());
    }
    await writeAbout(directory, description, safetensorsReadme(description));
  },
  async savedmodel(run, directory, advance) {
    await writeAutoencoder(run, directory, advance);
    if (isOfPictures(run)) await writeText(path.join(directory, 'preprocess.py'), pythonPreprocessing());
    const description = modelDescription(run);
    await writeAbout(directory, description, savedModelReadme(description));
  },
};

/** What a prior draws is nothing to look at by itself: its autoencoder lies in a folder beside it. */
const AUTOENCODER = 'autoencoder';
const priors: Writers<LoadedPrior> = {
  async safetensors(run, directory, advance) {
    const description = priorDescription(run);
    await writeWeights(run.program, run.prior, description, directory, advance);
    await writeAbout(directory, description, priorSafetensorsReadme(description));
    await autoencoders.safetensors(run.autoencoder, path.join(directory, AUTOENCODER), advance);
  },
  async savedmodel(run, directory, advance) {
    await writePrior(run, directory, advance);
    const description = priorDescription(run);
    await writeText(path.join(directory, 'sample.py'), pythonSampler(description.drawn));
    await writeAbout(directory, description, priorSavedModelReadme(description));
    await autoencoders.savedmodel(run.autoencoder, path.join(directory, AUTOENCODER), advance);
  },
};

async function writeWeights(
  program: Program,
  { weights }: { readonly weights: readonly Variable[] },
  description: object,
  directory: string,
  advance: Advance,
): Promise<void> {
  mkdirSync(directory);
  const values = program.read(weights.map(({ name }) => name));
  const file = writeSafetensors(values, { format: 'pt', tessera: JSON.stringify(description) });
  await writeInPieces(path.join(directory, 'model.safetensors'), file, (written) =>
    advance('writing', written, file.length),
  );
}

async function writeAbout(directory: string, description: object, readme: string): Promise<void> {
  await writeText(path.join(directory, 'description.json'), `${JSON.stringify(description, null, 2)}\n`);
  await writeText(path.join(directory, 'README.md'), readme);
}

const writeText = (file: string, text: string): Promise<void> => writeInPieces(file, Buffer.from(text));
