import type { Latent, ModelInfo } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type CodeLayer, gridOf, latentSize } from '@shared/specs';
import type { LatentRows } from '../training/inference';
import type { LoadedCodePrior, LoadedCodeRun, LoadedPrior, LoadedRun, LoadedVectorRun } from '../training';

/** A model as one with codes. Throws BAD_REQUEST for any other. */
export function requireCodes(run: LoadedRun): LoadedCodeRun {
  if (run.kind === 'codes') return run;
  throw new AppError('BAD_REQUEST', 'This model has no codes: its latent is one vector.', '', { field: 'run' });
}

/** A model as one with vectors. Throws BAD_REQUEST for any other. */
export function requireVectors(run: LoadedRun): LoadedVectorRun {
  if (run.kind === 'vector') return run;
  throw new AppError('BAD_REQUEST', 'This model’s latent is codes, not a vector.', '', { field: 'run' });
}

/**
 * A model as one that vectors can be drawn for. Throws BAD_REQUEST for one with codes: how those go together, only a
 * prior knows.
 */
export function requireDrawable(run: LoadedRun): LoadedVectorRun {
  if (run.kind === 'vector') return run;
  const message = 'New pictures can’t be drawn from this run: that needs a prior trained on its codes.';
  throw new AppError('BAD_REQUEST', message, 'Runs whose latent is a vector can: PCA, AE, VAE, IWAE.', {
    field: 'run',
  });
}

/** A prior as one over codes. Throws BAD_REQUEST for any other. */
export function requireOverCodes(prior: LoadedPrior): LoadedCodePrior {
  if (prior.kind === 'codes') return prior;
  throw new AppError(
    'BAD_REQUEST',
    `“${prior.manifest.name}” is a prior over vectors: it knows nothing of codes.`,
    'It draws whole pictures; choose a prior over codes for this.',
    { field: 'run' },
  );
}

/** A layer by its number. Throws BAD_REQUEST naming the limit. */
export function requireLayer({ layers }: LoadedCodeRun, number: number): CodeLayer {
  const layer = layers[number];
  if (layer) return layer;
  const message = `There is no layer ${number}: the model has layers 0 to ${layers.length - 1}.`;
  throw new AppError('BAD_REQUEST', message, '', { field: 'layer' });
}

/** Encodes one picture. @param pixels [H, W, C] */
export function encodeOne(run: LoadedRun, pixels: Uint8Array): Latent {
  return run.kind === 'codes'
    ? { kind: 'codes', indices: run.encode(pixels, 1) }
    : { kind: 'vector', values: run.encode(pixels, 1) };
}

/**
 * Decodes one latent: pixels [H, W, C]. Throws BAD_REQUEST for one of another kind or size, or with a code that isn't
 * one.
 */
export function decodeOne(run: LoadedRun, latent: Latent): Uint8Array<ArrayBuffer> {
  requireLatent(latent, run.info);
  return decodeRows(run, latent.kind === 'codes' ? latent.indices : latent.values, 1);
}

/** Decodes `count` latents of the model's own kind: pixels [count, H, W, C]. */
export function decodeRows(run: LoadedRun, rows: LatentRows, count: number): Uint8Array<ArrayBuffer> {
  return rows instanceof Int32Array ? requireCodes(run).decode(rows, count) : requireVectors(run).decode(rows, count);
}

/** Throws BAD_REQUEST for a latent of another kind or size than the model's. */
export function requireLatent(given: Latent, { latent }: Pick<ModelInfo, 'latent'>): void {
  if (given.kind !== latent.kind) throw wrong(`The model’s latent is ${names[latent.kind]}, not ${names[given.kind]}.`);
  const [found, size] = [given.kind === 'codes' ? given.indices.length : given.values.length, latentSize(latent)];
  if (found !== size) throw wrong(`The model’s latent is ${size} numbers, not ${found}.`);
}

/**
 * A latent as the vector of a model. Throws BAD_REQUEST for one of another kind or size, or with what isn't a finite
 * number.
 */
export function requireVector(given: Latent, info: Pick<ModelInfo, 'latent'>): Float32Array {
  requireLatent(given, info);
  if (given.kind !== 'vector' || !given.values.every(Number.isFinite))
    throw wrong('A component of the vector is not a finite number.');
  return given.values;
}

const names = { codes: 'codes', vector: 'a vector' } as const;

/**
 * Height and width in pixels of what one cell covers. Models halve sides, continuing them where they don't divide, so
 * it is the power of two that makes the grid's cells reach over the picture.
 */
export function cellSize(
  { signal }: Pick<ModelInfo, 'signal'>,
  layer: Pick<CodeLayer, 'axes'>,
): { height: number; width: number } {
  const grid = gridOf(layer);
  const side = (pixels: number, cells: number) => Math.min(pixels, 2 ** Math.ceil(Math.log2(pixels / cells)));
  return { height: side(signal.height, grid.height), width: side(signal.width, grid.width) };
}

function wrong(message: string): AppError {
  return new AppError('BAD_REQUEST', message, '', { field: 'latent' });
}
