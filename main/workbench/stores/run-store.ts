import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runId, type Damage } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { lostState, recordOf, runFolder, runStateSchema, type RunManifest, type RunState } from '@shared/specs';
import type { Catalogue } from '../catalogue';
import { makeFolder, replaceFile, syncFolder, syncTree } from '../../files';
import { readRecord, readRun, readStatus, stampOf, statusStamp, writeStatus } from '../../run-files';
import { foldersIn, type Staging } from '../workspace';

/** The part of a run that the workbench changes at any time, also while a trainer works on it. */
export type RunRecord = Omit<RunManifest, keyof RunState>;

/**
 * run.json and status.json of every run. The folders are the truth; parsed files are kept while they stay the same.
 * Each file has one owner at a time, so that no change is lost: run.json is changed by workbenches only, one after
 * the other; status.json by whichever process works on the run.
 */
export interface RunStore {
  folder(id: string): string;
  /** The folder of a run that is there, whether or not it can be read. Throws NOT_FOUND. */
  existing(id: string): string;
  has(id: string): boolean;
  /** Ids of all folders that hold a run, whether or not it can be read, in no order. Throws DISK if `runs` can't be read. */
  ids(): string[];
  /** Throws NOT_FOUND, or BAD_FILE for a run.json that can't be read. */
  read(id: string): RunManifest;
  /**
   * What is known about a run, without throwing: what `read` returns or, while its run.json can't be read, what it
   * returned last (null if never), and which file is damaged. Null if there is no such run.
   */
  look(id: string): { manifest: RunManifest | null; damage: Damage | null } | null;
  /** Reads, changes and replaces run.json while no other workbench does; fields unknown to this version are kept. */
  update(id: string, change: (manifest: RunManifest) => Partial<RunRecord>): RunManifest;
  /** Changes status.json. Only for a run that no trainer works on. */
  setState(id: string, change: Partial<RunState>): RunManifest;
  /**
   * The same for something that has already happened, so it can't fail: a state that can't be written is kept in
   * memory and overrides status.json until `writeKept` has written it. Returns why it could not be written, or null.
   */
  keepState(id: string, change: Partial<RunState>): AppError | null;
  /** Runs whose state is kept in memory. */
  kept(): string[];
  /** Tries to write each state kept in memory; returns the runs whose state is on disk now. */
  writeKept(): string[];
  /** Forgets a run whose folder is gone. */
  forget(id: string): void;
  /**
   * Creates a run's folder with its files, visible whole or not at all; a prior's also holds a copy of the
   * checkpoint whose codes it learns (`codes` of its manifest), whatever becomes of that run. Throws NOT_FOUND if
   * the checkpoint is gone.
   */
  create(manifest: RunManifest): void;
  /** Deletes a run that `create` has just made and nobody has seen. */
  discard(id: string): void;
  /** Runs `work` while no other workbench of this workspace runs its own; see the catalogue. */
  exclusively<T>(work: () => T): T;
}

export function createRunStore(
  root: string,
  staging: Staging,
  { exclusively }: Pick<Catalogue, 'exclusively'>,
): RunStore {
  const known = new Map<string, { stamp: string; manifest: RunManifest }>();
  /** States that could not be written, each with the stamp of the status.json it overrides. */
  const unwritten = new Map<string, { state: RunState; stamp: string | null | undefined }>();
  const wasThere = existsSync(root);
  const folder = (id: string): string => path.join(root, id);
  const recordFile = (id: string): string => path.join(folder(id), runFolder.manifest);

  /**
   * The unwritten state of a run. Once status.json has been replaced it no longer counts: another process has gone
   * on with the run. Clocks can't decide this, since that process may be on another computer, and clocks are set
   * back.
   */
  const unwrittenOf = (id: string): RunState | undefined => {
    const [stamp, kept] = [tryStamp(folder(id)), unwritten.get(id)?.stamp];
    if (stamp !== undefined && kept !== undefined && stamp !== kept) unwritten.delete(id);
    return unwritten.get(id)?.state;
  };

  const read = (id: string): RunManifest => {
    const stamp = stampOf(folder(id));
    if (stamp === null) throw holdsRun(folder(id)) ? missing(recordFile(id)) : notFound(id);
    // the folder's name is the id: a copied folder is a run of its own
    if (known.get(id)?.stamp !== stamp) known.set(id, { stamp, manifest: { ...readRun(folder(id)), id } });
    return { ...known.get(id)!.manifest, ...unwrittenOf(id) };
  };
  const look: RunStore['look'] = (id) => {
    try {
      const manifest = read(id);
      const isStateDamaged = readStatus(folder(id)) === null;
      const message = 'It can’t be read as JSON. Continue the run: it goes on from its newest checkpoint.';
      return { manifest, damage: isStateDamaged ? { file: runFolder.status, message } : null };
    } catch (thrown) {
      const before = known.get(id)?.manifest;
      if (!before && !holdsRun(folder(id))) return null;
      // status and step are in a file of their own
      const manifest = before ? { ...before, ...stateIn(readStatus(folder(id))), ...unwrittenOf(id) } : null;
      return { manifest, damage: { file: runFolder.manifest, message: asAppError(thrown).message } };
    }
  };
  /** The state with `change` applied, also for a run whose run.json can't be read now. */
  const changedState = (id: string, change: Partial<RunState>): RunState => {
    const { status, step, failure } = { ...(look(id)?.manifest ?? lostState), ...change };
    return { status, step, failure, updatedAt: new Date().toISOString() };
  };
  const writeState = (id: string, state: RunState): void => {
    writeStatus(folder(id), state);
    unwritten.delete(id);
  };

  return {
    folder,
    existing: (id) => {
      if (!look(id)) read(id); // throws what is wrong
      return folder(id);
    },
    has: (id) => existsSync(folder(id)),
    ids: () =>
      foldersIn(root, 'runs', wasThere).filter((name) => runId.safeParse(name).success && holdsRun(folder(name))),
    read,
    look,
    update: (id, change) =>
      exclusively(() => {
        const before = read(id);
        const changed = { ...change(before), updatedAt: new Date().toISOString() };
        // an old run without status.json: rewriting its run.json drops the status and step
        if (readStatus(folder(id)) === undefined) writeState(id, changedState(id, {}));
        replaceFile(recordFile(id), serialise(recordOf({ ...readRecord(folder(id)), ...changed })));
        return read(id);
      }),
    setState: (id, change) => {
      read(id);
      writeState(id, changedState(id, change));
      return read(id);
    },
    keepState: (id, change) => {
      const state = changedState(id, change);
      try {
        writeState(id, state);
        return null;
      } catch (thrown) {
        unwritten.set(id, { state, stamp: tryStamp(folder(id)) });
        return asAppError(thrown);
      }
    },
    kept: () => [...unwritten.keys()],
    writeKept: () =>
      [...unwritten].flatMap(([id, { state }]) => {
        try {
          if (unwrittenOf(id) && existsSync(folder(id))) writeState(id, state);
          return unwritten.has(id) ? [] : [id];
        } catch {
          return [];
        }
      }),
    forget: (id) => {
      known.delete(id);
      unwritten.delete(id);
    },
    create: (manifest) => {
      const { status, step, failure, updatedAt } = manifest;
      const workplace = staging.create();
      try {
        mkdirSync(path.join(workplace, runFolder.checkpoints));
        if (manifest.codes)
          copyCheckpoint(folder(manifest.codes.run), manifest.codes.step, path.join(workplace, runFolder.autoencoder));
        replaceFile(path.join(workplace, runFolder.manifest), serialise(recordOf(manifest)));
        writeStatus(workplace, { status, step, failure, updatedAt });
        syncTree(workplace);
        renameSync(workplace, folder(manifest.id));
      } catch (cause) {
        rmSync(workplace, { recursive: true, force: true });
        throw asAppError(cause, { path: folder(manifest.id) });
      }
      syncFolder(root);
    },
    discard: (id) => {
      rmSync(folder(id), { recursive: true, force: true });
      known.delete(id);
      unwritten.delete(id);
    },
    exclusively,
  };
}

/** A stamp of status.json: null without the file, undefined if it can't be looked at. */
function tryStamp(folder: string): string | null | undefined {
  try {
    return statusStamp(folder);
  } catch {
    return undefined;
  }
}

/** The state in status.json; empty if the file is gone or damaged. */
function stateIn(content: unknown): Partial<RunState> {
  const parsed = runStateSchema.safeParse(content);
  return parsed.success ? parsed.data : {};
}

/** Whether a folder is a run's: it has at least one of the files that every run has. */
function holdsRun(folder: string): boolean {
  return [runFolder.manifest, runFolder.status, runFolder.metrics].some((name) => existsSync(path.join(folder, name)));
}

const notFound = (id: string): AppError => new AppError('NOT_FOUND', `There is no run "${id}".`, '', { field: 'run' });
const missing = (file: string): AppError =>
  new AppError('BAD_FILE', `${file} is missing.`, 'Put it back from a copy, or delete the run.', { field: file });

/** Copies the files needed for encoding and decoding with a run at a step into a new folder. */
function copyCheckpoint(run: string, step: number, into: string): void {
  const checkpoint = runFolder.checkpoint(step);
  makeFolder(path.join(into, checkpoint));
  const files = [
    runFolder.manifest,
    // an old run without status.json has everything in its run.json
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
