/** The chapters of the presentation, in order; each has its words in i18n under `present.chapter.<name>`. */
export const chapters = ['picture', 'grid', 'codes', 'memory', 'edit', 'together'] as const;
export type Chapter = (typeof chapters)[number];

/** What the audience is told in numbers. */
export interface Facts {
  height: number;
  width: number;
  values: number;
  rows: number;
  columns: number;
  cells: number;
  codes: number;
  bits: number;
  pixelBits: number;
  factor: number;
}

/** The numbers behind the words, from the sizes of picture, grid and codebook: a code takes ⌈log₂ K⌉ bits. */
export function factsOf(
  image: { height: number; width: number; channels: number },
  grid: { height: number; width: number },
  codes: number,
): Facts {
  const values = image.height * image.width * image.channels;
  const cells = grid.height * grid.width;
  const bits = cells * Math.ceil(Math.log2(codes));
  return {
    height: image.height,
    width: image.width,
    values,
    rows: grid.height,
    columns: grid.width,
    cells,
    codes,
    bits,
    pixelBits: values * 8,
    factor: Math.round((values * 8) / bits),
  };
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
