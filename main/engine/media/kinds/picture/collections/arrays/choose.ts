import type { ValueFacts } from '../../value-range';
import { GATHERED_BYTES } from './pictures';
import { announcedBytes, type ScanContext } from './scan';
import { chooseLayout, pictureLayouts, type PictureLayout } from './shape';
import { shapeInWords, type NamedArray } from './stored';

/** An array that pictures are read from, and how. */
export interface PictureArray {
  array: NamedArray;
  layout: PictureLayout;
  /** Another reading that its shape allows just as well. */
  doubt: PictureLayout | null;
  facts: ValueFacts;
}

/**
 * The arrays that hold pictures, with their layouts. Masks beside pictures, and flattened copies of pictures, are left
 * out; `reasons` then says so for each. Adds to `notes` what was assumed of shapes.
 */
export function choosePictures(
  arrays: readonly NamedArray[],
  context: ScanContext,
  called: (array: NamedArray) => string,
  notes: string[],
  reasons: Map<NamedArray, string>,
): PictureArray[] {
  const found = arrays.flatMap((array): PictureArray[] => {
    const { facts, header } = array;
    if (facts === null) {
      if (header.shape.length > 2) reasons.set(array, unlikePictures(array, called));
      return [];
    }
    const counts = labelCounts(arrays, array);
    const choice = chooseLayout(layoutsOf(array, arrays, counts), counts, array.likeliest);
    if (choice === null) {
      return [];
    }
    const { layout, doubt } = choice;
    const picture = { array, layout: isTurned(array, layout) ? turned(layout) : layout, doubt, facts };
    const problem = whyUnreadable(picture, context);
    if (problem !== null) {
      reasons.set(array, `“${called(array)}” ${problem}`);
      return [];
    }
    return [picture];
  });
  const kept = withoutMasks(found, called, reasons);
  for (const picture of kept) describe(picture, called(picture.array), notes);
  return kept;
}

/** What keeps pictures from being read: they are huge, or their pixels lie apart where not all can be gathered. */
function whyUnreadable(
  { array: { header, bytes }, layout }: PictureArray,
  { limits, sequential }: ScanContext,
): string | null {
  const { count, height, width, channels, stride } = layout;
  const size = height * width * channels;
  if (height * width > limits.pixels || size * header.elementBytes > limits.fileBytes)
    return `has pictures of ${width} × ${height} pixels, more than are read`;
  if (stride.picture === size) return null;
  if (bytes !== null && bytes < announcedBytes(header)) return 'is cut off';
  if (sequential && count * size > GATHERED_BYTES)
    return 'has its pictures interleaved, which can’t be read inside a .tar; unpack it';
  return null;
}

function unlikePictures(array: NamedArray, called: (array: NamedArray) => string): string {
  return `“${called(array)}” has the shape ${array.header.shape.join(' × ')}; expected N × height × width × 1, 3 or 4`;
}

function layoutsOf(array: NamedArray, arrays: readonly NamedArray[], counts: ReadonlySet<number>): PictureLayout[] {
  const { shape, fortranOrder } = array.header;
  const layouts = pictureLayouts(shape, fortranOrder);
  if (shape.length !== 2) return layouts;
  // A table of numbers: flattened pictures if its name or labels say so and it is no copy of pictures that kept their
  // shape.
  const hasShaped = arrays.some(
    ({ path, facts, header }) => path === array.path && facts !== null && header.shape.length > 2,
  );
  if (hasShaped || array.role === 'labels' || array.role === 'classes') return [];
  const isAlone = arrays.filter(({ path }) => path === array.path).length === 1;
  if (array.role === 'pictures' || isAlone) return layouts;
  return layouts.filter(({ count }) => counts.has(count));
}

/** Numbers of labels in the arrays that may belong to `array`. */
function labelCounts(arrays: readonly NamedArray[], array: NamedArray): ReadonlySet<number> {
  return new Set(
    arrays
      .filter(
        ({ path, entry, numbers, texts, role, header }) =>
          (numbers !== null || texts !== null) &&
          header.shape.length > 0 &&
          role !== 'classes' &&
          (entry === null ? array.entry === null : path === array.path || role === 'labels'),
      )
      .map(({ header }) => header.shape[0]!),
  );
}

/** EMNIST as published stores its pictures transposed; STL-10 stores them column by column. */
function isTurned({ kind, path }: NamedArray, { height, width }: PictureLayout): boolean {
  if (kind === 'stl') return true;
  return kind === 'idx' && height === width && /(^|\/)emnist[^/]*$/i.test(path);
}

function turned(layout: PictureLayout): PictureLayout {
  const { row, column } = layout.stride;
  return { ...layout, stride: { ...layout.stride, row: column, column: row } };
}

/** Masks: so named, or black and white alone, of the same number as pictures in the same place that are neither. */
function withoutMasks(
  found: readonly PictureArray[],
  called: (array: NamedArray) => string,
  reasons: Map<NamedArray, string>,
): PictureArray[] {
  const isNamedMask = ({ array: { role } }: PictureArray): boolean => role === 'masks' || role === 'labels';
  const pictures = found.filter((candidate) => !isNamedMask(candidate) && !isBinary(candidate.facts));
  const named = found.filter((candidate) => !isNamedMask(candidate));
  return found.filter((candidate) => {
    const others = isNamedMask(candidate) ? named : isBinary(candidate.facts) ? pictures : [];
    const partner = others.find(
      ({ array, layout }) =>
        layout.count === candidate.layout.count &&
        array.split === candidate.array.split &&
        (array.entry === null) === (candidate.array.entry === null) &&
        (array.entry === null || array.path === candidate.array.path),
    );
    if (partner === undefined) return true;
    const { array } = candidate;
    reasons.set(
      array,
      `“${called(array)}” (${shapeInWords(array.header)}) looks like masks of “${called(partner.array)}”`,
    );
    return false;
  });
}

const isBinary = ({ type, minimum, maximum }: ValueFacts): boolean =>
  type === 'bool' || (type.includes('int') && minimum >= 0 && maximum <= 1);

function describe({ array, layout, doubt }: PictureArray, name: string, notes: string[]): void {
  const { header } = array;
  const shape = shapeInWords(header);
  if (doubt !== null)
    notes.push(`“${name}” (${shape}) is taken as ${layout.words}; it might be ${doubt.words} just as well.`);
  else if (header.shape.length === 2 || layout.words.endsWith('one picture') || !layout.isCommon)
    notes.push(`“${name}” (${shape}) is taken as ${layout.words}.`);
  if (array.kind === 'idx' && isTurned(array, layout))
    notes.push(`The pictures of ${name} were turned upright: EMNIST stores them transposed.`);
}
