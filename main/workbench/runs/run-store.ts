import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { runId } from '@shared/contract';
import { AppError } from '@shared/errors';
import { runFolder, runManifestSchema, type RunManifest } from '@shared/specs';
import { replaceFile, syncFolder, type Staging } from '../workspace';

/** run.json of every run. The folders are the truth; what was read is kept as long as the file stays the same. */
export interface RunStore {
  folder(id: string): string;
  has(id: string): boolean;
  /** Ids of all folders that have a run.json, in no order. */
  ids(): string[];
  /** Throws NOT_FOUND, or BAD_FILE for a run.json that can't be read. */
  read(id: string): RunManifest;
  /** Reads, changes and replaces run.json in one turn, so that changes of this process and its trainers rarely meet. */
  update(id: string, change: (manifest: RunManifest) => Partial<RunManifest>): RunManifest;
  /** A new folder with its run.json, seen by all or not at all. */
  create(manifest: RunManifest): void;
}

export function createRunStore(root: string, staging: Staging): RunStore {
  const kept = new Map<string, { stamp: string; manifest: RunManifest }>();
  const folder = (id: string): string => path.join(root, id);
  const fileOf = (id: string): string => path.join(folder(id), runFolder.manifest);

  const read = (id: string): RunManifest => {
    const file = fileOf(id);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) throw new AppError('NOT_FOUND', `There is no run "${id}".`, '', { field: 'run' });
    const stamp = `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    const known = kept.get(id);
    if (known?.stamp === stamp) return known.manifest;
    const manifest = parse(file, id);
    kept.set(id, { stamp, manifest });
    return manifest;
  };

  return {
    folder,
    has: (id) => existsSync(folder(id)),
    ids: () =>
      readdirSync(root, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && runId.safeParse(entry.name).success && existsSync(fileOf(entry.name)))
        .map(({ name }) => name),
    read,
    update: (id, change) => {
      const before = read(id);
      const after = { ...before, ...change(before), updatedAt: new Date().toISOString() };
      replaceFile(fileOf(id), serialise(after));
      return after;
    },
    create: (manifest) => {
      const workplace = staging.create();
      mkdirSync(path.join(workplace, runFolder.checkpoints));
      replaceFile(path.join(workplace, runFolder.manifest), serialise(manifest));
      renameSync(workplace, folder(manifest.id));
      syncFolder(root);
    },
  };
}

const serialise = (manifest: RunManifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

function parse(file: string, id: string): RunManifest {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AppError('BAD_FILE', `${file} can't be read as JSON.`, '', { field: file, cause });
  }
  const parsed = runManifestSchema.safeParse(content);
  // the folder's name is the id: a copied folder is a run of its own
  if (parsed.success) return { ...parsed.data, id };
  const issue = parsed.error.issues[0]!;
  throw new AppError('BAD_FILE', `${file}: ${issue.path.join('.')}: ${issue.message}`, '', { field: file });
}
