/**
 * Colours that stay apart for colour-blind eyes (after Okabe and Ito), darker on white and lighter on black so that
 * every line has a contrast of at least 3 : 1 with the page. Slots mean the same hue in both themes.
 */
export const lineColours = {
  light: ['#0072b2', '#c44e00', '#00805c', '#b04d84', '#8a6a00', '#3d7fa8', '#5b5b5b', '#7a4fc4'],
  dark: ['#56b4e9', '#ff8a4c', '#2cc29a', '#e59ac4', '#f0e442', '#9ad3f5', '#c4c4c4', '#b79cff'],
} as const;
export type ThemeName = keyof typeof lineColours;

/** Colour of the n-th run: after eight, the colours repeat. */
export function lineColour(slot: number, theme: ThemeName): string {
  const colours = lineColours[theme];
  return colours[slot % colours.length]!;
}

/** Lengths of dash and gap of the lines of held-out values, in pixels. */
export const heldOutDash = [5, 3] as const;
