import type { Range, Scale } from '@shared/maths';

const along = (value: number, scale: Scale): number => (scale === 'log' ? Math.log(value) : value);
const back = (value: number, scale: Scale): number => (scale === 'log' ? Math.exp(value) : value);

/** The value at a share of a range, 0 its start and 1 its end, as it looks on the screen. */
export function valueAt(range: Range, share: number, scale: Scale): number {
  const from = along(range.from, scale);
  return back(from + share * (along(range.to, scale) - from), scale);
}

/** Where a value stands in a range: 0 at its start, 1 at its end. */
export function shareOf(range: Range, value: number, scale: Scale): number {
  const from = along(range.from, scale);
  const width = along(range.to, scale) - from;
  return width === 0 ? 0.5 : (along(value, scale) - from) / width;
}

/** A range narrowed (factor below 1) or widened about the point at `share`, never beyond `full`; null is all of it. */
export function zoomAt(visible: Range, full: Range, share: number, factor: number, scale: Scale): Range | null {
  const next = {
    from: valueAt(visible, share - share * factor, scale),
    to: valueAt(visible, share + (1 - share) * factor, scale),
  };
  return clampRange(next, full);
}

/** The same range moved by a share of its width, kept inside `full`. */
export function panBy(visible: Range, full: Range, share: number, scale: Scale): Range | null {
  const start = shareOf(full, visible.from, scale);
  const end = shareOf(full, visible.to, scale);
  const shift = Math.min(1 - end, Math.max(-start, share * (end - start)));
  return clampRange({ from: valueAt(full, start + shift, scale), to: valueAt(full, end + shift, scale) }, full);
}

/** `range` cut to `full`; null if that is all of it, or nothing. */
export function clampRange(range: Range, full: Range): Range | null {
  const cut = { from: Math.max(range.from, full.from), to: Math.min(range.to, full.to) };
  if (!(cut.to > cut.from)) return null;
  return cut.from <= full.from && cut.to >= full.to ? null : cut;
}
