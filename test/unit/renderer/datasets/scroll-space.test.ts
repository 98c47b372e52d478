import { describe, expect, it } from 'vitest';
import { follow, placeAt, scrolledHeight, TALLEST, type Place } from '@/features/datasets/scroll-space';

const start: Place = { scroll: 0, top: 0 };

describe('content that a browser can lay out', () => {
  const space = { content: 5_000, view: 500 };

  it('scrolls as it is', () => {
    expect(scrolledHeight(space)).toBe(5_000);
    expect(follow(start, 1_234, space)).toEqual({ scroll: 1_234, top: 1_234 });
    expect(placeAt(9_999, space)).toEqual({ scroll: 4_500, top: 4_500 });
  });
});

describe('content that is too tall for a browser', () => {
  const space = { content: 10 * TALLEST, view: 500 };
  const end = space.content - space.view;

  it('scrolls pixel by pixel under the wheel', () => {
    expect(scrolledHeight(space)).toBe(TALLEST);
    let place = follow(start, TALLEST / 2, space);
    const { top } = place;
    for (let turn = 1; turn <= 50; turn++) place = follow(place, TALLEST / 2 + turn * 100, space);
    expect(place.top).toBe(top + 5_000);
  });

  it('shows the same share of the whole where the scrollbar is dragged', () => {
    const { top } = follow(start, (TALLEST - space.view) * 0.25, space);
    expect(top).toBeCloseTo(end * 0.25);
  });

  it('begins and ends where the scrollbar does', () => {
    expect(follow({ scroll: 400, top: 9_000 }, 0, space).top).toBe(0);
    expect(follow({ scroll: TALLEST - 700, top: 5 }, TALLEST - space.view - 0.5, space).top).toBe(end);
  });

  it('is shown from the pixel asked for, and stays there when the browser rounds the scrollbar', () => {
    const place = placeAt(12_345_678, space);
    expect(place.top).toBe(12_345_678);
    expect(follow(place, Math.round(place.scroll), space).top).toBeCloseTo(12_345_678, -1);
    expect(placeAt(end + 1, space)).toEqual({ scroll: TALLEST - space.view, top: end });
  });
});
