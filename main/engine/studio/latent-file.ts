import { z } from 'zod';
import type { CodeGrid, ModelInfo } from '@shared/contract';
import { AppError } from '@shared/errors';
import { readNpz, writeNpz, type NpyArray } from '../media';
import { tesseraVersion } from './version';

/** `meta` of a latent file: which weights its codes belong to, and what they were made from. */
const metaSchema = z.object({
  format: z.literal('tessera-latent'),
  version: z.literal(1),
  tessera: z.string(),
  run: z.string(),
  step: z.number().int(),
  /** SHA-256 of the weights: the same codes mean something else with others. */
  weightsHash: z.string(),
  /** One a grid, in order. */
  names: z.array(z.string()),
});

export interface Latents {
  /** [N, h, w] */
  indices: Int32Array;
  names: string[];
}

/** A latent file's grids, and whether they were made with the weights at hand. */
export interface OpenedLatents extends Latents {
  count: number;
  sameWeights: boolean;
}

/** One grid as a `.npz`: `indices`, int32 [height, width], and `meta`. */
export function writeLatent({ height, width, indices }: CodeGrid, name: string, info: ModelInfo): Uint8Array {
  return write({ shape: [height, width], data: indices }, [name], info);
}

/** Any number of grids as a `.npz`: `indices`, int32 [N, height, width], and `meta` with a name for each. */
export function writeLatents({ indices, names }: Latents, info: ModelInfo): Uint8Array {
  return write({ shape: [names.length, info.grid.height, info.grid.width], data: indices }, names, info);
}

function write(indices: NpyArray, names: string[], { run, step, weightsHash }: ModelInfo): Uint8Array {
  const meta: z.input<typeof metaSchema> = {
    format: 'tessera-latent',
    version: 1,
    tessera: tesseraVersion,
    run,
    step,
    weightsHash,
    names,
  };
  return writeNpz({ arrays: { indices }, texts: { meta: JSON.stringify(meta) } });
}

/**
 * Reads a latent file for a model: `indices` of any integer type, [height, width] or [N, height, width]. A file without
 * `meta`, as NumPy may have written it, counts as one of other weights.
 * @throws BAD_FILE for what isn't such a file, grids of another size, or codes beyond the codebook; CONFLICT for codes of
 * other weights unless `anyWeights`
 */
export function readLatents(bytes: Uint8Array, info: ModelInfo, anyWeights: boolean): OpenedLatents {
  const { arrays, texts } = open(bytes);
  const array = arrays.indices;
  if (!array) throw bad('it has no array named “indices”');
  const indices = requireIndices(array, info);
  const meta = texts.meta === undefined ? null : parseMeta(texts.meta);
  const sameWeights = meta?.weightsHash === info.weightsHash;
  if (!sameWeights && !anyWeights) throw otherWeights(meta, info);
  const count = indices.length / (info.grid.height * info.grid.width);
  const names = Array.from({ length: count }, (_, i) => meta?.names[i] ?? `latent ${i + 1}`);
  return { indices, names, count, sameWeights };
}

function open(bytes: Uint8Array): ReturnType<typeof readNpz> {
  try {
    return readNpz(bytes);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError(
      cause.code,
      `This is not a latent file: ${lowerFirst(cause.message)}`,
      'A latent is a .npz saved in the Studio or by “tessera encode”.',
      { cause },
    );
  }
}

function requireIndices({ shape, data }: NpyArray, { grid, codes }: ModelInfo): Int32Array {
  const [height, width] = shape.slice(-2);
  if (shape.length < 2 || shape.length > 3 || height !== grid.height || width !== grid.width || data.length === 0) {
    throw bad(`its “indices” are [${shape.join(', ')}], and this model’s grids are [${grid.height}, ${grid.width}]`);
  }
  const wrong = data.find((index) => !Number.isInteger(index) || index < 0 || index >= codes);
  if (wrong !== undefined)
    throw bad(`it holds the code ${wrong}, and this model’s codebook has codes 0 to ${codes - 1}`);
  return Int32Array.from(data);
}

function parseMeta(text: string): z.output<typeof metaSchema> {
  try {
    return metaSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('BAD_FILE', 'This latent can’t be opened: its “meta” is damaged, or from a newer Tessera.', '', {
      cause,
    });
  }
}

function otherWeights(meta: { run: string; step: number } | null, info: ModelInfo): AppError {
  const theirs = meta ? `run “${meta.run}” at step ${meta.step}` : 'an unknown model';
  return new AppError(
    'CONFLICT',
    `These codes were made with ${theirs}, not with the weights of run “${info.run}” at step ${info.step}.`,
    'With these weights they decode to something else; open them all the same if that is what you want.',
  );
}

function bad(reason: string): AppError {
  return new AppError('BAD_FILE', `This latent can’t be opened: ${reason}.`);
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
