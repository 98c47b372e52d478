import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@shared/errors';
import type { ImportSource } from '../datasets/datasets';
import type { Staging } from '../workspace';
import { createUpload, defaultUploadLimits, type Upload, type UploadLimits } from './upload';

/** Grants: rights to files, each under a random name. */
export interface Grants {
  /**
   * Creates a grant for files or folders that a person chose in a host's dialog. Throws BAD_REQUEST or NOT_FOUND,
   * naming the path.
   */
  grant(paths: string[]): Promise<string>;
  /** A grant for files yet to be uploaded. */
  openUpload(): string;
  /** The upload behind a grant. Throws DENIED for any other. */
  upload(grant: string): Upload;
  /** What a grant stands for. Throws DENIED for one nobody gave. */
  resolve(grant: string): Promise<ImportSource>;
  /** Forgets a grant and deletes what was uploaded under it; an unknown one is no error. */
  release(grant: string): Promise<void>;
}

type Entry = { kind: 'paths'; source: ImportSource } | { kind: 'upload'; upload: Upload; folder: string };

export function createGrants(staging: Staging, limits: UploadLimits = defaultUploadLimits): Grants {
  const entries = new Map<string, Entry>();
  const give = (entry: Entry): string => {
    const grant = randomBytes(18).toString('base64url');
    entries.set(grant, entry);
    return grant;
  };
  const find = (grant: string): Entry => {
    const entry = entries.get(grant);
    if (!entry)
      throw new AppError('DENIED', 'These files were not chosen here, or have been let go.', 'Choose them again.', {
        field: 'grant',
      });
    return entry;
  };
  return {
    grant: async (paths) => {
      if (paths.length === 0)
        throw new AppError('BAD_REQUEST', 'No file or folder was chosen.', '', { field: 'paths' });
      for (const given of paths) {
        if (!path.isAbsolute(given))
          throw new AppError('BAD_REQUEST', `${given} is not an absolute path.`, '', { field: 'paths' });
        await stat(given).catch((cause: unknown) => {
          throw new AppError('NOT_FOUND', `${given} does not exist or can't be opened.`, 'Check the path.', {
            field: 'paths',
            cause,
          });
        });
      }
      const name = path.basename(paths.length === 1 ? paths[0]! : path.dirname(paths[0]!));
      return give({ kind: 'paths', source: { paths: [...paths], name } });
    },
    openUpload: () => {
      const folder = staging.create();
      return give({ kind: 'upload', upload: createUpload(folder, limits), folder });
    },
    upload: (grant) => {
      const entry = find(grant);
      if (entry.kind !== 'upload')
        throw new AppError('DENIED', 'Nothing can be uploaded into files that were chosen on this machine.', '', {
          field: 'grant',
        });
      return entry.upload;
    },
    resolve: async (grant) => {
      const entry = find(grant);
      return entry.kind === 'paths' ? entry.source : entry.upload.source();
    },
    release: async (grant) => {
      const entry = entries.get(grant);
      entries.delete(grant);
      if (entry?.kind === 'upload') await staging.remove(entry.folder);
    },
  };
}
