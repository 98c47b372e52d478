import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { runId } from '@shared/contract';
import { AppError } from '@shared/errors';
import { issueText } from '@shared/issues';
import { joinRun, recordOf, runFolder, runManifestSchema, type RunManifest, type RunState } from '@shared/specs';
import type { Catalogue } from '../catalogue';
import { makeFolder, replaceFile, syncFolder, syncTree } from '../../files';
import type { Staging } from '../workspace';

/** What of a run the workbench changes at any time, also while a trainer works on it. */
export type RunRecord = Omit<RunManifest, keyof RunState>;

/**
 * run.json and status.json of every run. The folders are the truth; what was read is kept as long as the files stay the
 * same. Each file has one owner at a time, so that no change is lost: run.json is changed by workbenches only, one after
 * the other; status.json by whoever works on the run.
 */
export interface RunStore {
  folder(id: string): string;
  has(id: string): boolean;
  /** Ids of all folders that have a run.json, in no order. */
  ids(): string[];
  /** Throws NOT_FOUND, or BAD_FILE for a run.json that can't be read. */
  read(id: string): RunManifest;
  /** Reads, changes and replaces run.json while no other workbench does; fields that this version doesn't know are kept. */
  update(id: string, change: (manifest: RunManifest) => Partial<RunRecord>): RunManifest;
  /** Changes status.json. Only for a run that no trainer works on. */
  setState(id: string, change: Partial<RunState>): RunManifest;
  /**
   * A new folder with its files, seen by all or not at all; a prior's with a copy of the checkpoint that it learns the codes of
   * (`codes` of its manifest), whatever becomes of that run. Throws NOT_FOUND if the checkpoint is gone.
   */
  create(manifest: RunManifest): void;
  /** Looks and acts while no other workbench of this workspace does; see the catalogue. */
  exclusively<T>(work: () => T): T;
}

export function createRunStore(
  root: string,
  staging: Staging,
  { exclusively }: Pick<Catalogue, 'exclusively'>,
): RunStore {
  const kept = new Map<string, { stamp: string; manifest: RunManifest }>();
  const folder = (id: string): string => path.join(root, id);
  const recordFile = (id: string): string => path.join(folder(id), runFolder.manifest);
  const stateFile = (id: string): string => path.join(folder(id), runFolder.status);

  const read = (id: string): RunManifest => {
    const record = stampOf(recordFile(id));
    if (record === null) throw new AppError('NOT_FOUND', `There is no run "${id}".`, '', { field: 'run' });
    const stamp = `${record} ${stampOf(stateFile(id))}`;
    const known = kept.get(id);
    if (known?.stamp === stamp) return known.manifest;
    const manifest = parse(recordFile(id), readRecord(recordFile(id)), readState(stateFile(id)), id);
    kept.set(id, { stamp, manifest });
    return manifest;
  };
  const writeState = (id: string, { status, step, failure }: Omit<RunState, 'updatedAt'>): void => {
    const state: RunState = { status, step, failure, updatedAt: new Date().toISOString() };
    replaceFile(stateFile(id), serialise(state));
  };

  return {
    folder,
    has: (id) => existsSync(folder(id)),
    ids: () =>
      readdirSync(root, { withFileTypes: true })
        .filter(
          (entry) => entry.isDirectory() && runId.safeParse(entry.name).success && existsSync(recordFile(entry.name)),
        )
        .map(({ name }) => name),
    read,
    update: (id, change) =>
      exclusively(() => {
        const before = read(id);
        const changed = { ...change(before), updatedAt: new Date().toISOString() };
        // a run of before there was a status.json: its run.json is about to lose what says where it stands
        if (!existsSync(stateFile(id))) writeState(id, before);
        replaceFile(recordFile(id), serialise(recordOf({ ...readRecord(recordFile(id)), ...changed })));
        return read(id);
      }),
    setState: (id, change) => {
      writeState(id, { ...read(id), ...change });
      return read(id);
    },
    create: (manifest) => {
      const { status, step, failure, updatedAt } = manifest;
      const workplace = staging.create();
      mkdirSync(path.join(workplace, runFolder.checkpoints));
      if (manifest.codes)
        copyCheckpoint(folder(manifest.codes.run), manifest.codes.step, path.join(workplace, runFolder.autoencoder));
      replaceFile(path.join(workplace, runFolder.manifest), serialise(recordOf(manifest)));
      replaceFile(path.join(workplace, runFolder.status), serialise({ status, step, failure, updatedAt }));
      syncTree(workplace);
      renameSync(workplace, folder(manifest.id));
      syncFolder(root);
    },
    exclusively,
  };
}

/** What decoding and encoding with a run at a step needs, into a new folder. */
function copyCheckpoint(run: string, step: number, into: string): void {
  const checkpoint = runFolder.checkpoint(step);
  makeFolder(path.join(into, checkpoint));
  const files = [
    runFolder.manifest,
    // a run of before there was a status.json has it all in its run.json
    ...(existsSync(path.join(run, runFolder.status)) ? [runFolder.status] : []),
    ...[runFolder.weights, runFolder.state].map((name) => `${checkpoint}/${name}`),
  ];
  try {
    for (const file of files) copyFileSync(path.join(run, file), path.join(into, file));
  } catch (cause) {
    const message = `The autoencoder’s checkpoint at step ${step} could not be copied.`;
    throw new AppError('NOT_FOUND', message, 'Choose another of its checkpoints.', {
      field: 'autoencoder.step',
      cause,
    });
  }
}

const serialise = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;

/** Another one whenever the file was replaced; null if there is none. */
function stampOf(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : null;
}

function readRecord(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new AppError('BAD_FILE', `${file} can't be read as JSON.`, '', { field: file, cause });
  }
}

/** As `joinRun` wants it. */
function readState(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function parse(file: string, record: Record<string, unknown>, state: unknown, id: string): RunManifest {
  const parsed = runManifestSchema.safeParse(joinRun(record, state));
  // the folder's name is the id: a copied folder is a run of its own
  if (parsed.success) return { ...parsed.data, id };
  throw new AppError('BAD_FILE', `${file}: ${issueText(parsed.error)}.`, '', { field: file });
}
