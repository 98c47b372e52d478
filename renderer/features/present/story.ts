import { gridOf, latentSize, layersOf, type CodeLayer, type CodesLatent, type LatentShape } from '@shared/specs';

/** The chapters of the presentation of a model with codes, in order; their words are in i18n under `present.chapter.<name>`. */
export const chapters = ['picture', 'grid', 'codes', 'memory', 'edit', 'together'] as const;
/** The same of a model whose latent is a vector. */
export const vectorChapters = ['picture', 'numbers', 'vectorMemory', 'turn', 'together'] as const;
export type Chapter = (typeof chapters)[number] | (typeof vectorChapters)[number];

export const chaptersOf = (kind: LatentShape['kind']): readonly Chapter[] =>
  kind === 'codes' ? chapters : vectorChapters;

/** What the audience is told in numbers. */
export interface Facts {
  height: number;
  width: number;
  values: number;
  rows: number;
  columns: number;
  cells: number;
  codes: number;
  layers: number;
  bits: number;
  pixelBits: number;
  factor: number;
}

type Size = { height: number; width: number; channels: number };

/**
 * The numbers behind the words, from the sizes of picture and codes: a code takes ⌈log₂ K⌉ bits. Rows, columns and the
 * vocabulary are those of the first layer, words and bits of all layers.
 */
export function factsOf(signal: Size, latent: CodesLatent): Facts {
  const layers = layersOf(latent);
  const { codes } = layers[0]!;
  const grid = gridOf(layers[0]!);
  const bits = layers.reduce((sum, each) => sum + each.cells * Math.ceil(Math.log2(each.codes)), 0);
  return {
    ...sizes(signal, bits),
    rows: grid.height,
    columns: grid.width,
    cells: latentSize(latent),
    codes,
    layers: layers.length,
  };
}

/** The numbers behind the words about a vector: a component is a float of 32 bits. `cells` is their number. */
export function vectorFactsOf(signal: Size, length: number): Omit<Facts, 'rows' | 'columns' | 'codes' | 'layers'> {
  return { ...sizes(signal, 32 * length), cells: length };
}

function sizes({ height, width, channels }: Size, bits: number) {
  const values = height * width * channels;
  return { height, width, values, bits, pixelBits: values * 8, factor: Math.max(1, Math.round((values * 8) / bits)) };
}

/** The codes offered for editing: those most used in this layer of the picture, and a few that it lacks. */
export function offeredCodes(shown: ArrayLike<number>, { codes }: Pick<CodeLayer, 'codes'>): number[] {
  const counts = new Map<number, number>();
  for (const code of Array.from(shown)) counts.set(code, (counts.get(code) ?? 0) + 1);
  const used = [...counts].sort((a, b) => b[1] - a[1]).map(([code]) => code);
  const others = Array.from({ length: codes }, (_, code) => code).filter((code) => !counts.has(code));
  const spread = others.filter((_, i) => i % Math.max(1, Math.floor(others.length / 6)) === 0);
  return [...used.slice(0, 10), ...spread.slice(0, 6)];
}

/**
 * How far each cell has been taken apart, 0 to 1, at a moment of the "codes" chapter: a wave from the upper left, each
 * cell taking a fifth of the whole time.
 */
export function turned(cell: number, grid: { height: number; width: number }, time: number): number {
  if (time >= 1) return 1;
  const row = Math.floor(cell / grid.width);
  const column = cell % grid.width;
  const furthest = grid.height + grid.width - 2 || 1;
  const begins = ((row + column) / furthest) * 0.8;
  return Math.min(1, Math.max(0, (time - begins) / 0.2));
}
