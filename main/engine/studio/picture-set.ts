import { MOST_MEASURED, type PictureSet } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { Signal } from '@shared/specs';
import { openPack, readItemIndex } from '../media';
import { requireShape } from '../training/evaluate';
import type { ModelInput } from './items';
import { evenlySpread, namesOf } from './reconstruct';
import { sourceItems } from './source-items';

/** Pictures in memory, to be looked at again and again. */
export interface Pictured {
  count: number;
  /** [count, H, W, C] */
  pixels: Uint8Array;
  names: string[];
  /** Each picture's class among `classes`, −1 for none. */
  labels: Int32Array;
  classes: readonly string[];
}

/** Bytes of pixels that are held at most. */
const MOST_BYTES = 128 * 1024 * 1024;

const mostOf = ({ height, width, channels }: Signal): number =>
  Math.max(1, Math.min(MOST_MEASURED, Math.floor(MOST_BYTES / (height * width * channels))));

/**
 * The pictures of a set: items evenly spread over a split, or files brought to the shape.
 * @throws BAD_REQUEST for a dataset of another shape or an empty split; LIMIT for more than are held; as
 * `sourceItems`
 */
export async function readPictureSet(set: PictureSet, input: ModelInput, signal: AbortSignal): Promise<Pictured> {
  return set.kind === 'items' ? readItems(set, input.signal) : readFiles(set.sources, input, signal);
}

async function readItems(
  { datasetDirectory, split, count }: Extract<PictureSet, { kind: 'items' }>,
  shape: Signal,
): Promise<Pictured> {
  const pack = openPack(datasetDirectory);
  try {
    requireShape(pack, { signal: shape });
    const { splits, labels } = await readItemIndex(datasetDirectory, pack.count);
    if (splits[split].length === 0)
      throw new AppError('BAD_REQUEST', `The dataset has no items in its ${split} split.`, '', { field: 'split' });
    const chosen = evenlySpread(splits[split], count);
    if (chosen.length > mostOf(shape)) throw tooMany(shape);
    return {
      count: chosen.length,
      pixels: pack.readItems(chosen),
      names: await namesOf(datasetDirectory, chosen),
      labels: Int32Array.from(chosen, (item) => labels[item] ?? -1),
      classes: pack.manifest.classes,
    };
  } finally {
    pack.close();
  }
}

async function readFiles(sources: readonly string[], input: ModelInput, signal: AbortSignal): Promise<Pictured> {
  const names: string[] = [];
  const each: Uint8Array[] = [];
  for await (const { name, item } of sourceItems(sources, input, signal).items) {
    if (names.length === mostOf(input.signal)) throw tooMany(input.signal);
    names.push(name);
    each.push(item);
  }
  return {
    count: names.length,
    pixels: joined(each),
    names,
    labels: new Int32Array(names.length).fill(-1),
    classes: [],
  };
}

/**
 * Concatenates the pieces into a plain Uint8Array: a Buffer may be a view of a pool, which would be copied with it.
 */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const tooMany = (shape: Signal) =>
  new AppError(
    'LIMIT',
    `At most ${mostOf(shape)} pictures of ${shape.width} × ${shape.height} px are measured together.`,
    'Choose fewer; “tessera compress” takes any number.',
    { field: 'pictures' },
  );
