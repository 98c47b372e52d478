import type { ModelInfo } from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  type AutoencoderSpec,
  type CodeLayer,
  type RunManifest,
  type StoredArray,
  isAutoencoder,
  layersOf,
} from '@shared/specs';
import {
  type Autoencoder,
  type CodeAutoencoder,
  type VectorAutoencoder,
  createAutoencoder,
  hasCodes,
} from '../autoencoders';
import { type Program, type Variable, createProgram } from '../tensorflow/graph';
import type { TensorFile } from '../formats/safetensors';
import { type LatentRows, defineInference } from './inference';
import { readState, readWeights } from './run-files';
import { readRun } from '../../run-files';

interface LoadedAs<Model extends Autoencoder, Rows extends LatentRows> {
  readonly kind: Model['latent']['kind'];
  readonly info: ModelInfo;
  readonly manifest: RunManifest;
  readonly latent: Model['latent'];
  /**
   * Items as they are stored [count, ...shape] → latents [count, latentSize]. Throws BAD_REQUEST for another number of values.
   */
  encode(items: StoredArray, count: number): Rows;
  /**
   * Latents [count, latentSize] → stored items [count, ...shape]. Throws BAD_REQUEST naming a code that isn't one, or a number
   * that isn't finite.
   */
  decode(latents: Rows, count: number): StoredArray<ArrayBuffer>;
  /** `decode(encode(items))`. */
  reconstruct(items: StoredArray, count: number): StoredArray<ArrayBuffer>;
  /** The program and the model in it, for what isn't foreseen here. */
  readonly program: Program;
  readonly model: Model;
  dispose(): void;
}

export interface LoadedCodeRun extends LoadedAs<CodeAutoencoder, Int32Array> {
  readonly layers: readonly CodeLayer[];
  /** The vectors of a layer's codes, [K, D]. */
  codebook(layer: CodeLayer): Float32Array;
}
export type LoadedVectorRun = LoadedAs<VectorAutoencoder, Float32Array>;

/** A checkpoint ready to encode and decode. All calls are synchronous; the first of a kind takes longer. */
export type LoadedRun = LoadedCodeRun | LoadedVectorRun;

/**
 * Loads the checkpoint of a run at a step.
 * @throws NOT_FOUND without such a run or checkpoint; BAD_FILE where files are damaged or belong to another model;
 * BAD_REQUEST for a prior
 */
export async function loadRun(runDirectory: string, step: number): Promise<LoadedRun> {
  const manifest = readRun(runDirectory);
  const spec = requireAutoencoder(manifest);
  const { weightsHash } = readState(runDirectory, step);
  const file = readWeights(runDirectory, step);
  const program = createProgram({ seed: manifest.spec.training.seed });
  try {
    const model = createAutoencoder(program, spec, {
      signal: manifest.signal,
      dataVariance: manifest.trainVariance,
      seed: manifest.spec.training.seed,
    });
    loadWeights(program, model, file);
    return loaded(program, model, manifest, { step, weightsHash });
  } catch (thrown) {
    program.dispose();
    throw thrown;
  }
}

/** @throws BAD_REQUEST if the run trains a prior */
export function requireAutoencoder({ name, spec, codes }: RunManifest): AutoencoderSpec {
  if (isAutoencoder(spec.model)) return spec.model;
  const message = `“${name}” is a prior (${spec.model.kind}): it has no encoder and no decoder of its own.`;
  throw new AppError('BAD_REQUEST', message, codes ? `Choose its autoencoder, “${codes.name}”.` : '', { field: 'run' });
}

function loaded(
  program: Program,
  model: Autoencoder,
  manifest: RunManifest,
  at: Pick<ModelInfo, 'step' | 'weightsHash'>,
): LoadedRun {
  const info: ModelInfo = { run: manifest.id, signal: manifest.signal, latent: model.latent, ...at };
  const inference = defineInference(program, model);
  const encode = (items: StoredArray, count: number): LatentRows => {
    requireLength('values', items.length, count, inference.itemValues);
    return inference.encode(items, count);
  };
  const shared = {
    info,
    manifest,
    program,
    reconstruct: (items: StoredArray, count: number) => inference.decode(encode(items, count), count),
    dispose: () => program.dispose(),
  };
  if (!hasCodes(model)) {
    return {
      ...shared,
      kind: 'vector',
      model,
      latent: model.latent,
      encode: (items, count) => encode(items, count) as Float32Array,
      decode(vectors, count) {
        requireLength('components', vectors.length, count, inference.size);
        if (!vectors.every(Number.isFinite))
          throw new AppError('BAD_REQUEST', 'A component of the vector is not a finite number.', '', {
            field: 'values',
          });
        return inference.decode(vectors, count);
      },
    };
  }
  const layers = layersOf(model.latent);
  const codebooks = program.define('codebooks', { feeds: {} }, () =>
    Object.fromEntries(layers.map(({ level, stage }, layer) => [`layer-${layer}`, model.codebook(level, stage)])),
  );
  return {
    ...shared,
    kind: 'codes',
    model,
    latent: model.latent,
    layers,
    encode: (items, count) => encode(items, count) as Int32Array,
    decode(indices, count) {
      requireLength('codes', indices.length, count, inference.size);
      requireCodes(layers, inference.size, indices);
      return inference.decode(indices, count);
    },
    codebook(layer) {
      const name = `layer-${layers.indexOf(layer)}`;
      return Float32Array.from(codebooks.run({}, [name])[name]!.data);
    },
  };
}

/** Throws BAD_REQUEST naming the first index outside its layer's codebook. */
function requireCodes(layers: readonly CodeLayer[], size: number, indices: Int32Array): void {
  for (const layer of layers) {
    const { codes, first, stride, cells } = layer;
    for (let item = 0; item < indices.length; item += size) {
      for (let cell = 0; cell < cells; cell++) {
        const index = indices[item + first + cell * stride]!;
        if (index >= 0 && index < codes) continue;
        throw noSuchCode(layer, index, layers.length > 1, placeOf(layer, cell));
      }
    }
  }
}

/** Where in its grid a code stands, counted from 1: by row and column where it has those. */
function placeOf({ axes }: CodeLayer, cell: number): string {
  const [, width = 1] = axes;
  if (axes.length !== 2) return `place ${cell + 1}`;
  return `row ${Math.floor(cell / width) + 1}, column ${(cell % width) + 1}`;
}

function noSuchCode({ level, stage, codes }: CodeLayer, index: number, isOneOfMany: boolean, place: string): AppError {
  const where = isOneOfMany ? `level ${level + 1}, stage ${stage + 1}, ${place}` : place;
  const message = `There is no code ${index} (${where}): the codebook has codes 0 to ${codes - 1}.`;
  return new AppError('BAD_REQUEST', message, '', { field: 'indices' });
}

/**
 * Puts a weights file into a model: all of its weights, and nothing else. Throws BAD_FILE naming the first that
 * differs.
 */
export function loadWeights(
  program: Program,
  model: { readonly weights: readonly Variable[] },
  { tensors }: TensorFile,
): void {
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
