import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Provenance } from '@shared/contract';
import type { DatasetManifest } from '@shared/specs/dataset';
import { provenanceFileSchema, runFolder, sessionsFileSchema, type RunManifest } from '@shared/specs';
import { replaceFile } from '../../files';
import { contentHash } from '../datasets/content-hash';
import { checkpointState, listCheckpoints } from '../../run-files';

export interface ProvenanceParts {
  runs: { existing(run: string): string; read(run: string): Pick<RunManifest, 'spec'> };
  datasets: { get(id: string): Promise<{ manifest: DatasetManifest }>; folder(id: string): string };
}

export interface ProvenanceReader {
  /** What is recorded about a run's origin; hashes its dataset first if that was never done. */
  read(run: string): Promise<Provenance>;
  /** Hashes the run's dataset and notes the hash, in the background: the dataset may be gone later. */
  note(run: string): void;
}

/** Where runs come from: sessions as their trainers recorded them, and content hashes of pictures and weights. */
export function createProvenance({ runs, datasets }: ProvenanceParts): ProvenanceReader {
  const hashing = new Map<string, Promise<string>>();
  const hashOf = (dataset: string): Promise<string> => {
    const known = hashing.get(dataset);
    if (known) return known;
    const made = datasets
      .get(dataset)
      .then(({ manifest }) => contentHash(datasets.folder(dataset), manifest))
      .finally(() => hashing.delete(dataset));
    hashing.set(dataset, made);
    return made;
  };
  /** The hash noted in the run's folder, or else the dataset's, noted now; null if both are gone. */
  const datasetHash = async (run: string): Promise<string | null> => {
    const file = path.join(runs.existing(run), runFolder.provenance);
    const noted = readNoted(file);
    if (noted !== null) return noted;
    try {
      const hash = await hashOf(runs.read(run).spec.dataset);
      replaceFile(file, `${JSON.stringify({ version: 1, datasetHash: hash })}\n`);
      return hash;
    } catch {
      return null;
    }
  };
  return {
    async read(run) {
      const folder = runs.existing(run);
      const { steps, best } = listCheckpoints(folder);
      const wanted = [...new Set([best, steps.at(-1)])].flatMap((step) => step ?? []);
      const weights = wanted.flatMap((step) => {
        const hash = checkpointState(folder, step)?.weightsHash;
        return hash === undefined ? [] : [{ step, hash, isBest: step === best }];
      });
      return { sessions: readSessions(folder), datasetHash: await datasetHash(run), weights };
    },
    note: (run) => void datasetHash(run),
  };
}

function readNoted(file: string): string | null {
  try {
    return provenanceFileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).datasetHash;
  } catch {
    return null;
  }
}

function readSessions(folder: string): Provenance['sessions'] {
  try {
    return sessionsFileSchema.parse(JSON.parse(readFileSync(path.join(folder, runFolder.sessions), 'utf8'))).sessions;
  } catch {
    return [];
  }
}
