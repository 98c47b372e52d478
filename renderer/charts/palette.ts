import { heldOutDash, lineColours } from '@shared/line-colours';

export { lineColour, lineColours, type ThemeName } from '@shared/line-colours';

/** How a line is drawn. Dashes belong to held-out values and dots to baselines, in every chart and legend, and to nothing else. */
export const dashPatterns = {
  solid: null,
  heldOut: heldOutDash,
  baseline: [1.5, 2.5],
  /** Dashes of runs whose colours are taken already. */
  second: [10, 3, 2, 3],
  third: [10, 3, 2, 3, 2, 3],
} as const;
export type Dash = keyof typeof dashPatterns;
/** A dash as ECharts takes it. */
export const dashPattern = (dash: Dash): 'solid' | number[] => {
  const pattern = dashPatterns[dash];
  return pattern === null ? 'solid' : [...pattern];
};

const runDashes = ['solid', 'second', 'third'] as const;
const symbols = ['circle', 'diamond', 'triangle'] as const;

const roundOf = (slot: number): number => Math.floor(slot / lineColours.light.length) % runDashes.length;

/** Line style of the n-th run: where colours repeat, the lines differ, so that no two of 24 look the same. */
export const lineDash = (slot: number): Dash => runDashes[roundOf(slot)]!;

/** Shape of the n-th run's marks: it tells runs apart whose held-out values have the same colour. */
export const lineSymbol = (slot: number): (typeof symbols)[number] => symbols[roundOf(slot)]!;

/** Ten colours of viridis (van der Walt and Smith, CC0): even steps of lightness, readable in grey and for colour-blind eyes. */
const viridisStops = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 73, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
] as const;

/** 256 colours from least to most as `[r, g, b]` bytes, one after the other. */
export const viridis: Uint8Array = Uint8Array.from({ length: 256 * 3 }, (_, i) => {
  const at = (Math.floor(i / 3) / 255) * (viridisStops.length - 1);
  const below = Math.min(viridisStops.length - 2, Math.floor(at));
  const channel = i % 3;
  const from = viridisStops[below]![channel]!;
  return Math.round(from + (at - below) * (viridisStops[below + 1]![channel]! - from));
});

/** The colour of a share from 0 to 1 as CSS. */
export function viridisColour(share: number): string {
  const at = 3 * Math.round(255 * Math.min(1, Math.max(0, share)));
  return `rgb(${viridis[at]!} ${viridis[at + 1]!} ${viridis[at + 2]!})`;
}
