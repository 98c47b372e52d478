/**
 * Browsers lay nothing out beyond some 17 (Firefox) or 33 (Chromium) million pixels. What is taller scrolls in an element
 * of this height: small moves of the scrollbar are moves of as many pixels, large ones go to the same share of the whole.
 */
export const TALLEST = 8_000_000;

/** Heights in CSS pixels: of all there is to see, and of the window onto it. */
export interface Space {
  content: number;
  view: number;
}
/** Where the scrollbar stands, and the pixel of the content at the upper edge of the window. */
export interface Place {
  scroll: number;
  top: number;
}

/** Height of the element that is scrolled. */
export const scrolledHeight = ({ content }: Space): number => Math.min(content, TALLEST);

const furthest = ({ content, view }: Space): number => Math.max(0, content - view);
const furthestScroll = (space: Space): number => Math.max(0, scrolledHeight(space) - space.view);
const clamp = (value: number, highest: number): number => Math.max(0, Math.min(highest, value));

/** The place after the scrollbar went from where `before` has it to `scroll`. */
export function follow(before: Place, scroll: number, space: Space): Place {
  if (space.content <= TALLEST) return { scroll, top: clamp(scroll, furthest(space)) };
  // browsers round: the last pixel counts as the end
  if (scroll <= 0) return { scroll, top: 0 };
  if (scroll >= furthestScroll(space) - 1) return { scroll, top: furthest(space) };
  const by = scroll - before.scroll;
  return Math.abs(by) <= 2 * space.view
    ? { scroll, top: clamp(before.top + by, furthest(space)) }
    : { scroll, top: (scroll / furthestScroll(space)) * furthest(space) };
}

/** The place that shows the content from `top`, as nearly as there is content below it. */
export function placeAt(top: number, space: Space): Place {
  const shown = clamp(top, furthest(space));
  if (space.content <= TALLEST) return { scroll: shown, top: shown };
  return { scroll: (shown / furthest(space)) * furthestScroll(space), top: shown };
}
