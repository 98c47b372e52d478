import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { AppError, asAppError } from '@shared/errors';
import { type CheckpointState, checkpointStateSchema, runFolder } from '@shared/specs';
import { type StoredTensor, type TensorFile, readSafetensors, writeSafetensors } from '../../formats/safetensors';
import type { HostTensor } from '../../tensorflow/graph';
import { makeFolder, replaceFile, writeFolder } from '../../../files';
import { checkpointState, listCheckpoints, namesIn } from '../../../run-files';

type Tensors = Readonly<Record<string, HostTensor | StoredTensor>>;

export interface Checkpoint {
  /** What encoding and decoding read. */
  weights: Tensors;
  /** All other state of training: moments, moving averages, counters. */
  optimizer: Tensors;
  state: Omit<CheckpointState, 'version' | 'weightsHash' | 'optimizerHash' | 'createdAt'>;
}

/** Takes a checkpoint that can't be read out of the way, and keeps it. */
export function putAsideDamaged(runDirectory: string, step: number): void {
  const aside = path.join(runDirectory, runFolder.damagedCheckpoint(step));
  rmSync(aside, { recursive: true, force: true });
  renameSync(path.join(runDirectory, runFolder.checkpoint(step)), aside);
}

/** Whether an error says that a checkpoint's own files can't be read, so that the one before it may serve instead. */
export function isDamage(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'BAD_FILE' && error.field === CHECKPOINT;
}

/**
 * Writes `checkpoints/<step>`, whole or not at all; of one that is there already only what is known of it (`state`).
 * Returns its weights' hash.
 */
export function writeCheckpoint(runDirectory: string, { weights, optimizer, state }: Checkpoint): string {
  const hash = weightsHash(weights);
  const directory = path.join(runDirectory, runFolder.checkpoint(state.step));
  const known = checkpointState(runDirectory, state.step);
  if (known) {
    replaceFile(path.join(directory, runFolder.state), textOf({ ...known, ...state }));
    return hash;
  }
  const createdAt = new Date().toISOString();
  const optimizerHash = weightsHash(optimizer);
  const whole: CheckpointState = { version: 1, ...state, weightsHash: hash, optimizerHash, createdAt };
  makeFolder(path.dirname(directory));
  rmSync(directory, { recursive: true, force: true });
  writeFolder(directory, {
    [runFolder.weights]: writeSafetensors(weights, { step: String(state.step), weightsHash: hash }),
    [runFolder.optimizer]: writeSafetensors(optimizer),
    [runFolder.state]: textOf(whole),
  });
  return hash;
}

const textOf = (state: CheckpointState): string => `${JSON.stringify(state, null, 2)}\n`;

/** Removes all but the newest `keep` checkpoints and the best one, and what an earlier process left half written. */
export function pruneCheckpoints(runDirectory: string, keep: number): void {
  const folder = path.join(runDirectory, runFolder.checkpoints);
  const { steps, best } = listCheckpoints(runDirectory);
  for (const step of steps.slice(0, -keep)) {
    if (step === best) continue;
    // Out of sight first: nobody finds half a checkpoint.
    renameSync(path.join(runDirectory, runFolder.checkpoint(step)), path.join(folder, `.removed-${step}`));
  }
  for (const name of namesIn(folder))
    if (name.startsWith('.')) rmSync(path.join(folder, name), { recursive: true, force: true });
}

/** @throws NOT_FOUND for a step without a checkpoint; BAD_FILE for a damaged one, naming the file: see `isDamage` */
export function readState(runDirectory: string, step: number): CheckpointState {
  const text = readPart(runDirectory, step, runFolder.state).toString('utf8');
  try {
    return checkpointStateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw damage(step, runFolder.state, 'is damaged', cause);
  }
}

/** @throws as `readState`, also for weights that are not those whose hash state.json has */
export function readWeights(runDirectory: string, step: number): TensorFile {
  return readTensors(runDirectory, step, runFolder.weights, readState(runDirectory, step).weightsHash);
}

/** @throws as `readWeights` */
export function readOptimizer(runDirectory: string, step: number): TensorFile {
  return readTensors(runDirectory, step, runFolder.optimizer, readState(runDirectory, step).optimizerHash);
}

/** SHA-256 over names, shapes and values in the order of names: what identifies weights, wherever they are stored. */
export function weightsHash(weights: Tensors): string {
  const hash = createHash('sha256');
  for (const [name, { dtype, shape, data }] of Object.entries(weights).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash
      .update(`${name} ${dtype} ${shape.join('x')}\n`)
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** The field that errors of checkpoints name. */
const CHECKPOINT = 'checkpoint';

function damage(step: number, part: string, what: string, cause?: unknown): AppError {
  const message = `${runFolder.checkpoint(step)}/${part} ${what}.`;
  return new AppError('BAD_FILE', message, 'Choose another checkpoint.', { field: CHECKPOINT, cause });
}

/** `hash` is what `weightsHash` must say; null: nobody wrote it down. */
function readTensors(runDirectory: string, step: number, part: string, hash: string | null): TensorFile {
  const bytes = readPart(runDirectory, step, part);
  let file: TensorFile;
  try {
    file = readSafetensors(bytes, part);
  } catch (cause) {
    throw damage(step, part, 'is damaged: it is not a whole safetensors file', cause);
  }
  if (hash !== null && weightsHash(file.tensors) !== hash)
    throw damage(step, part, 'is damaged: its values are not those that were written');
  return file;
}

function readPart(runDirectory: string, step: number, part: string): Buffer {
  const folder = path.join(runDirectory, runFolder.checkpoint(step));
  try {
    return readFileSync(path.join(folder, part));
  } catch (cause) {
    if (!existsSync(folder)) {
      const hint = 'Choose another one.';
      throw new AppError('NOT_FOUND', `The run has no checkpoint at step ${step}.`, hint, { field: CHECKPOINT, cause });
    }
    const { code, message } = asAppError(cause, { path: path.join(folder, part) });
    if (code === 'NOT_FOUND') throw damage(step, part, 'is missing', cause);
    throw damage(step, part, `can't be read (${message.replace(/\.$/, '')})`, cause);
  }
}
