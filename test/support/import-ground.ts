import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { importDataset, type ImportOutcome, type ImportRequest } from '../../main/engine/media';
import { optionsOf, picture, temporaryDirectory, writeTree } from '../unit/engine/media/fixtures';

export interface Ground {
  /** Everything this test may touch. */
  root: string;
  run(source: string, limits?: ImportRequest['limits']): Promise<ImportOutcome>;
}

/** A folder with a secret picture outside what is imported, and a check that nothing appears outside staging. */
export async function ground(): Promise<Ground> {
  const root = await temporaryDirectory();
  await writeTree(root, { 'secret/secret.png': await picture(99), 'source/good.png': await picture(1) });
  return {
    root,
    async run(source, limits) {
      const staging = join(root, 'staging');
      const before = await listAll(root, 'staging');
      try {
        return await importDataset({
          sources: [join(root, source)],
          staging,
          options: optionsOf(),
          ...(limits ? { limits } : {}),
        });
      } finally {
        expect(await listAll(root, 'staging')).toEqual(before);
      }
    },
  };
}

async function listAll(root: string, except: string): Promise<string[]> {
  return (await readdir(root, { recursive: true })).filter((path) => !path.startsWith(except)).sort();
}

export const reasonFor = (outcome: ImportOutcome, file: string): string | undefined =>
  outcome.skipped.find((skipped) => skipped.file === file)?.reason;
