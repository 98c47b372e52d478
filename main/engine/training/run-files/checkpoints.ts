import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '@shared/errors';
import { type CheckpointState, checkpointStateSchema, runFolder } from '@shared/specs';
import { type StoredTensor, type TensorFile, readSafetensors, writeSafetensors } from '../../export/safetensors';
import type { HostTensor } from '../../tensorflow/graph';
import { writeFolder } from './atomic';

type Tensors = Readonly<Record<string, HostTensor | StoredTensor>>;

export interface Checkpoint {
  /** What encoding and decoding read. */
  weights: Tensors;
  /** All other state of training: moments, moving averages, counters. */
  optimizer: Tensors;
  state: Omit<CheckpointState, 'version' | 'weightsHash' | 'createdAt'>;
}

/** Steps with a whole checkpoint, ascending, and the newest that was the best of its time. */
export function listCheckpoints(runDirectory: string): { steps: number[]; best: number | undefined } {
  const folder = path.join(runDirectory, runFolder.checkpoints);
  const states = namesIn(folder)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => tryReadState(runDirectory, Number(name)))
    .filter((state) => state !== undefined)
    .sort((a, b) => a.step - b.step);
  return { steps: states.map((state) => state.step), best: states.filter((state) => state.best).at(-1)?.step };
}

/** Writes `checkpoints/<step>`, whole or not at all; nothing if it is there already. Returns its weights' hash. */
export function writeCheckpoint(runDirectory: string, { weights, optimizer, state }: Checkpoint): string {
  const hash = weightsHash(weights);
  if (tryReadState(runDirectory, state.step)) return hash;
  const whole: CheckpointState = { version: 1, ...state, weightsHash: hash, createdAt: new Date().toISOString() };
  const directory = path.join(runDirectory, runFolder.checkpoint(state.step));
  mkdirSync(path.dirname(directory), { recursive: true });
  rmSync(directory, { recursive: true, force: true });
  writeFolder(directory, {
    [runFolder.weights]: writeSafetensors(weights, { step: String(state.step), weightsHash: hash }),
    [runFolder.optimizer]: writeSafetensors(optimizer),
    [runFolder.state]: `${JSON.stringify(whole, null, 2)}\n`,
  });
  return hash;
}

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

/** @throws NOT_FOUND for a step without a checkpoint, BAD_FILE for a damaged one */
export function readState(runDirectory: string, step: number): CheckpointState {
  const text = readPart(runDirectory, step, runFolder.state).toString('utf8');
  try {
    return checkpointStateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('BAD_FILE', `${runFolder.state} of the checkpoint at step ${step} is damaged.`, '', { cause });
  }
}

/** @throws NOT_FOUND, BAD_FILE */
export function readWeights(runDirectory: string, step: number): TensorFile {
  return readSafetensors(readPart(runDirectory, step, runFolder.weights), runFolder.weights);
}

/** @throws NOT_FOUND, BAD_FILE */
export function readOptimizer(runDirectory: string, step: number): TensorFile {
  return readSafetensors(readPart(runDirectory, step, runFolder.optimizer), runFolder.optimizer);
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

function readPart(runDirectory: string, step: number, part: string): Buffer {
  try {
    return readFileSync(path.join(runDirectory, runFolder.checkpoint(step), part));
  } catch (cause) {
    throw new AppError('NOT_FOUND', `The run has no checkpoint at step ${step}.`, 'Choose another one.', { cause });
  }
}

function tryReadState(runDirectory: string, step: number): CheckpointState | undefined {
  try {
    return readState(runDirectory, step);
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
