import type { ModelInfo } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { RunManifest } from '@shared/specs';
import { type GridAutoencoder, createAutoencoder } from '../autoencoders';
import { type Program, createProgram } from '../tensorflow/graph';
import type { TensorFile } from '../export/safetensors';
import { defineInference } from './inference';
import { readRun, readState, readWeights } from './run-files';

/** A checkpoint ready to encode and decode. All calls are synchronous; the first of a kind takes longer. */
export interface LoadedRun {
  readonly info: ModelInfo;
  readonly manifest: RunManifest;
  /** Pixels [count, H, W, C], 0 to 255 → codes [count, h, w]. Throws BAD_REQUEST for another number of bytes. */
  encode(pixels: Uint8Array, count: number): Int32Array;
  /** Codes [count, h, w] → pixels [count, H, W, C]. Throws BAD_REQUEST naming a code outside [0, K). */
  decode(indices: Int32Array, count: number): Uint8Array<ArrayBuffer>;
  /** `decode(encode(pixels))`. */
  reconstruct(pixels: Uint8Array, count: number): Uint8Array<ArrayBuffer>;
  /** The codes' vectors, [K, D]. */
  codebook(): Float32Array;
  /** The program and the model in it, for what isn't foreseen here. */
  readonly program: Program;
  readonly model: GridAutoencoder;
  dispose(): void;
}

/**
 * Loads the checkpoint of a run at a step.
 * @throws NOT_FOUND without such a run or checkpoint; BAD_FILE where files are damaged or belong to another model
 */
export async function loadRun(runDirectory: string, step: number): Promise<LoadedRun> {
  const manifest = readRun(runDirectory);
  const { weightsHash } = readState(runDirectory, step);
  const file = readWeights(runDirectory, step);
  const program = createProgram({ seed: manifest.spec.training.seed });
  try {
    const model = createAutoencoder(
      manifest.spec.model,
      manifest.image,
      manifest.trainVariance,
      program,
      manifest.spec.training.seed,
    );
    loadWeights(program, model, file);
    return loaded(program, model, manifest, { step, weightsHash });
  } catch (thrown) {
    program.dispose();
    throw thrown;
  }
}

function loaded(
  program: Program,
  model: GridAutoencoder,
  manifest: RunManifest,
  at: Pick<ModelInfo, 'step' | 'weightsHash'>,
): LoadedRun {
  const { height, width, codes, dimension } = model.latent;
  const info: ModelInfo = { run: manifest.id, image: manifest.image, grid: { height, width }, codes, dimension, ...at };
  const inference = defineInference(program, model);
  const codebook = program.define('codebook', { feeds: {} }, () => ({ vectors: model.codebook() }));

  const encode = (pixels: Uint8Array, count: number): Int32Array => {
    requireLength('pixels', pixels.length, count, inference.itemBytes);
    return inference.encode(pixels, count);
  };
  const decode = (indices: Int32Array, count: number): Uint8Array<ArrayBuffer> => {
    requireLength('codes', indices.length, count, inference.gridCodes);
    const wrong = indices.find((index) => index < 0 || index >= codes);
    if (wrong !== undefined) {
      throw new AppError('BAD_REQUEST', `There is no code ${wrong}: the codebook has codes 0 to ${codes - 1}.`, '', {
        field: 'indices',
      });
    }
    return inference.decode(indices, count);
  };
  return {
    info,
    manifest,
    program,
    model,
    encode,
    decode,
    reconstruct: (pixels, count) => decode(encode(pixels, count), count),
    codebook: () => Float32Array.from(codebook.run({}).vectors.data),
    dispose: () => program.dispose(),
  };
}

/** Puts a weights file into a model: all of its weights, and nothing else. Throws BAD_FILE naming the first that differs. */
export function loadWeights(program: Program, model: GridAutoencoder, { tensors }: TensorFile): void {
  for (const { name, shape, dtype } of model.weights) {
    const stored = tensors[name];
    if (!stored || stored.dtype !== dtype || stored.shape.join() !== shape.join()) {
      const found = stored ? `${stored.dtype} [${stored.shape.join(', ')}]` : 'missing';
      throw new AppError(
        'BAD_FILE',
        `The weights belong to another model: "${name}" is ${found}, not ${dtype} [${shape.join(', ')}].`,
      );
    }
  }
  program.load(Object.fromEntries(model.weights.map(({ name }) => [name, tensors[name]!])));
}

function requireLength(what: string, found: number, count: number, each: number): void {
  if (Number.isInteger(count) && count >= 0 && found === count * each) return;
  throw new AppError('BAD_REQUEST', `${count} items are ${count * each} ${what}, not ${found}.`, '', { field: what });
}
