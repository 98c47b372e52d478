import { describe, expect, it } from 'vitest';
import { clampRange, panBy, shareOf, valueAt, zoomAt } from '@/charts/zoom';

const full = { from: 0, to: 100 };

describe('zooming a chart', () => {
  it('keeps the point under the pointer in its place', () => {
    const zoomed = zoomAt(full, full, 0.25, 0.5, 'linear')!;
    expect(zoomed).toEqual({ from: 12.5, to: 62.5 });
    expect(valueAt(zoomed, 0.25, 'linear')).toBe(25);
  });

  it('is reset when it shows everything again', () => {
    expect(zoomAt({ from: 20, to: 60 }, full, 0.5, 10, 'linear')).toBeNull();
  });

  it('works in decades on a logarithmic axis', () => {
    const decades = { from: 1, to: 10_000 };
    expect(valueAt(decades, 0.5, 'log')).toBeCloseTo(100);
    expect(shareOf(decades, 10, 'log')).toBeCloseTo(0.25);
  });

  it('moves sideways without leaving the data', () => {
    const moved = panBy({ from: 20, to: 40 }, full, 0.5, 'linear')!;
    expect(moved.from).toBeCloseTo(30);
    expect(moved.to).toBeCloseTo(50);
    expect(panBy({ from: 80, to: 100 }, full, 0.5, 'linear')).toEqual({ from: 80, to: 100 });
  });

  it('refuses a range without width', () => {
    expect(clampRange({ from: 5, to: 5 }, full)).toBeNull();
  });
});
