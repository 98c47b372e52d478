import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importDataset, readItemLines, type ImportOutcome } from '../../../../main/engine/media';
import {
  datasetManifestSchema,
  type DatasetManifest,
  type ImportOptions,
  type ItemLine,
} from '../../../../shared/specs/dataset';
import { optionsOf, temporaryDirectory, writeTree } from './fixtures';

export interface Imported {
  outcome: ImportOutcome;
  staging: string;
  manifest: DatasetManifest;
  lines: ItemLine[];
}

export async function runImport(sources: string[], options: Partial<ImportOptions> = {}): Promise<Imported> {
  const staging = join(await temporaryDirectory(), 'staging');
  const outcome = await importDataset({ sources, staging, options: optionsOf(options) });
  const manifest = datasetManifestSchema.parse(JSON.parse(await readFile(join(staging, 'dataset.json'), 'utf8')));
  const lines: ItemLine[] = [];
  for await (const line of readItemLines(staging)) lines.push(line);
  return { outcome, staging, manifest, lines };
}

export async function folderOf(files: Record<string, Uint8Array | string>): Promise<string> {
  return writeTree(join(await temporaryDirectory(), 'pictures'), files);
}

export const classOf = ({ manifest, lines }: Imported, name: string): string | undefined => {
  const line = lines.find((candidate) => candidate.name === name);
  return line?.label === null || line === undefined ? undefined : manifest.classes[line.label];
};
