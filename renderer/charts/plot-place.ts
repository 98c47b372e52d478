import { plotMargins } from './option';

/** Share of the plot's width at a distance from the host's left border, in CSS pixels. */
export function shareAtPixel(pixel: number, hostWidth: number): number {
  return (pixel - plotMargins.left) / Math.max(1, hostWidth - plotMargins.left - plotMargins.right);
}

/** Distance from the host's left border, in CSS pixels, of a share of the plot's width. */
export function pixelAtShare(share: number, hostWidth: number): number {
  return plotMargins.left + share * Math.max(1, hostWidth - plotMargins.left - plotMargins.right);
}
