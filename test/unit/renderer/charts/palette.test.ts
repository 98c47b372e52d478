import { describe, expect, it } from 'vitest';
import {
  dashPattern,
  dashPatterns,
  lineColour,
  lineColours,
  lineDash,
  lineSymbol,
  viridis,
  viridisColour,
  type Dash,
} from '@/charts/palette';

const channels = (hex: string): number[] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
/** Relative luminance of WCAG 2. */
const luminance = (rgb: number[]): number => {
  const [red, green, blue] = rgb.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
};
const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

describe('line colours', () => {
  it('have a contrast of at least 3 : 1 with the page in both themes', () => {
    for (const colour of lineColours.light)
      expect(contrast(luminance(channels(colour)), 1), colour).toBeGreaterThanOrEqual(3);
    const darkPage = luminance(channels('#0f172a'));
    for (const colour of lineColours.dark)
      expect(contrast(luminance(channels(colour)), darkPage), colour).toBeGreaterThanOrEqual(3);
  });

  it('together with the dashes tell 24 lines apart', () => {
    const looks = Array.from({ length: 24 }, (_, slot) => `${lineColour(slot, 'light')} ${lineDash(slot)}`);
    expect(new Set(looks).size).toBe(24);
  });

  it('leave dashes to held-out values and dots to baselines', () => {
    const dashes = Array.from({ length: 24 }, (_, slot) => lineDash(slot));
    expect(dashes).not.toContain('heldOut');
    expect(dashes).not.toContain('baseline');
    const patterns = Object.keys(dashPatterns).map((dash) => JSON.stringify(dashPattern(dash as Dash)));
    expect(new Set(patterns).size).toBe(patterns.length);
  });

  it('and marks tell the held-out values of 24 runs apart', () => {
    const looks = Array.from({ length: 24 }, (_, slot) => `${lineColour(slot, 'light')} ${lineSymbol(slot)}`);
    expect(new Set(looks).size).toBe(24);
  });
});

describe('the sequential palette', () => {
  it('grows lighter from least to most', () => {
    const lightness = Array.from({ length: 256 }, (_, i) =>
      luminance([...viridis.slice(3 * i, 3 * i + 3)].map((byte) => byte / 255)),
    );
    expect(lightness.every((value, i) => i === 0 || value >= lightness[i - 1]! - 0.002)).toBe(true);
  });

  it('runs from viridis’ violet to its yellow and holds at the ends', () => {
    expect(viridisColour(0)).toBe('rgb(68 1 84)');
    expect(viridisColour(1)).toBe('rgb(253 231 37)');
    expect(viridisColour(7)).toBe(viridisColour(1));
  });
});
