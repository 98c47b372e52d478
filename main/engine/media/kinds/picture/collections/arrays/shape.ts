/**
 * What the axes of an array of pictures mean. NumPy, PyTorch and MATLAB order them differently, flattened pictures have
 * lost them: each reading that a shape allows is listed, the usual one first.
 */
export interface PictureLayout {
  count: number;
  height: number;
  width: number;
  channels: 1 | 3 | 4;
  /** Elements from one picture, row, column or channel to the next. */
  stride: { picture: number; row: number; column: number; channel: number };
  /** The reading in words: `N × height × width × channels`. */
  words: string;
  /**
   * Whether arrays are commonly laid out so; others are believed only if nothing common fits, or labels bear them out.
   */
  isCommon: boolean;
}

type Axis = 'picture' | 'row' | 'column' | 'channel';

const MAXIMUM_SIDE = 4096;
/** Pictures are hardly ever longer than this many times their width: tells `[28, 28, 60000]` from `[60000, 28, 28]`. */
const LONGEST = 8;
/** … nor narrower than this: 3 and 4 are channels. */
const LEAST_SIDE = 5;
/** Flattened pictures are at least this wide; a shorter row is a vector of something else. */
const LEAST_FLAT_SIDE = 8;

interface Reading {
  axes: readonly Axis[];
  words: string;
  isCommon: boolean;
}
const readings: Record<number, readonly Reading[]> = {
  4: [
    { axes: ['picture', 'row', 'column', 'channel'], words: 'N × height × width × channels', isCommon: true },
    { axes: ['picture', 'channel', 'row', 'column'], words: 'N × channels × height × width', isCommon: true },
    { axes: ['row', 'column', 'channel', 'picture'], words: 'height × width × channels × N', isCommon: false },
    { axes: ['channel', 'row', 'column', 'picture'], words: 'channels × height × width × N', isCommon: false },
  ],
  3: [
    { axes: ['picture', 'row', 'column'], words: 'N × height × width', isCommon: true },
    { axes: ['row', 'column', 'channel'], words: 'height × width × channels of one picture', isCommon: true },
    { axes: ['channel', 'row', 'column'], words: 'channels × height × width of one picture', isCommon: true },
    { axes: ['row', 'column', 'picture'], words: 'height × width × N', isCommon: false },
  ],
};

/** All readings of an array as pictures, the usual one first; none when it can't hold any. */
export function pictureLayouts(shape: readonly number[], fortranOrder: boolean): PictureLayout[] {
  if (shape.some((side) => side < 1)) return [];
  if (shape.length === 2) return flatLayouts(shape as [number, number], fortranOrder);
  const strides = stridesOf(shape, fortranOrder);
  const found = (readings[shape.length] ?? []).flatMap((reading) => {
    const layout = layoutOf(shape, strides, reading);
    return layout === null ? [] : [layout];
  });
  const seemly = found.filter(isSeemly);
  return seemly.length > 0 ? seemly : found;
}

function layoutOf(
  shape: readonly number[],
  strides: readonly number[],
  { axes, words, isCommon }: Reading,
): PictureLayout | null {
  const at = (axis: Axis): number => axes.indexOf(axis);
  const side = (axis: Axis): number => shape[at(axis)] ?? 1;
  const stride = (axis: Axis): number => strides[at(axis)] ?? 0;
  const [count, height, width, channels] = [side('picture'), side('row'), side('column'), side('channel')];
  if (height > MAXIMUM_SIDE || width > MAXIMUM_SIDE || !isChannels(channels)) return null;
  // one picture with one channel as its last axis is N pictures, or an array of three axes more than it needs
  if (axes.length === 3 && at('channel') >= 0 && channels === 1) return null;
  const whole = height * width * channels;
  return {
    ...{ count, height, width, channels, words, isCommon },
    stride: {
      picture: at('picture') < 0 ? whole : stride('picture'),
      row: stride('row'),
      column: stride('column'),
      channel: stride('channel'),
    },
  };
}

/** `[N, 784]` as 28 × 28, `[N, 3072]` as 32 × 32 in colour, and `[height, width]` as one picture. */
function flatLayouts([rows, columns]: [number, number], fortranOrder: boolean): PictureLayout[] {
  const [picture, element] = fortranOrder ? [1, rows] : [columns, 1];
  const flat = ([1, 3, 4] as const).flatMap((channels): PictureLayout[] => {
    const side = Math.sqrt(columns / channels);
    if (!Number.isInteger(side) || side < (channels === 1 ? LEAST_FLAT_SIDE : 16) || side > MAXIMUM_SIDE) return [];
    const shape = { count: rows, height: side, width: side, channels, isCommon: true };
    const plane = side * side;
    const planes = {
      ...shape,
      stride: { picture, row: side * element, column: element, channel: plane * element },
      words: channels === 1 ? `N × (${side} × ${side})` : `N × (${channels} planes of ${side} × ${side})`,
    };
    if (channels === 1) return [planes];
    const mixed = {
      ...shape,
      stride: { picture, row: side * channels * element, column: channels * element, channel: element },
      words: `N × (${side} × ${side} × ${channels})`,
    };
    return [planes, mixed];
  });
  const one: PictureLayout = {
    ...{ count: 1, height: rows, width: columns, channels: 1, isCommon: true },
    stride: { picture: rows * columns, row: picture, column: element, channel: 0 },
    words: 'height × width of one picture',
  };
  const fits = Math.max(rows, columns) <= MAXIMUM_SIDE && Math.min(rows, columns) >= LEAST_FLAT_SIDE && isSeemly(one);
  return fits ? [...flat, one] : flat;
}

const isSeemly = ({ height, width }: PictureLayout): boolean => {
  const shorter = Math.min(height, width);
  return shorter >= LEAST_SIDE && Math.max(height, width) <= LONGEST * shorter;
};

const isChannels = (side: number): side is 1 | 3 | 4 => side === 1 || side === 3 || side === 4;

/** Elements from one index of each axis to the next. */
function stridesOf(shape: readonly number[], fortranOrder: boolean): number[] {
  return shape.map((_, axis) =>
    (fortranOrder ? shape.slice(0, axis) : shape.slice(axis + 1)).reduce((all, side) => all * side, 1),
  );
}

/**
 * The reading to take. `counts` are the lengths of arrays of labels beside it, which decide between readings; where
 * they don't, a common one is taken (for flattened colours the `likeliest`, if given), and `doubt` is the common
 * one that it might be just as well.
 */
export function chooseLayout(
  layouts: readonly PictureLayout[],
  counts: ReadonlySet<number>,
  likeliest: PictureLayout | null = null,
): { layout: PictureLayout; doubt: PictureLayout | null } | null {
  const common = layouts.filter(({ isCommon }) => isCommon);
  const borneOut = (all: readonly PictureLayout[]): PictureLayout[] => all.filter(({ count }) => counts.has(count));
  const [layout, other] = [borneOut(common), borneOut(layouts), common, layouts].find((all) => all.length > 0) ?? [];
  const told = layouts.find(({ words }) => words === likeliest?.words);
  if (told !== undefined && layout?.channels === told.channels) return { layout: told, doubt: null };
  return layout === undefined ? null : { layout, doubt: other?.isCommon === true ? other : null };
}
