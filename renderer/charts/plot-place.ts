import { plotMargins } from './option';

/** Where the plot lies across its host, in CSS pixels: from its left margin on. */
export interface PlotFrame {
  left: number;
  hostWidth: number;
}
const across = ({ left, hostWidth }: PlotFrame): number => Math.max(1, hostWidth - left - plotMargins.right);

/** Share of the plot's width at a distance from the host's left border, in CSS pixels. */
export const shareAtPixel = (pixel: number, frame: PlotFrame): number => (pixel - frame.left) / across(frame);

/** Distance from the host's left border, in CSS pixels, of a share of the plot's width. */
export const pixelAtShare = (share: number, frame: PlotFrame): number => frame.left + share * across(frame);
