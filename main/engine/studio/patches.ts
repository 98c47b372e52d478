import type { ModelInfo } from '@shared/contract';
import type { CodeLayer, Signal } from '@shared/specs';
import { cellSize } from './latents';

/** A patch shows the cell and one more on each side. */
const CELLS = 3;

export interface PatchShape {
  height: number;
  width: number;
  /**
   * Copies the patch around a cell of a picture `[H,W,C]` to `into` at `offset`; beyond the border, the border's pixels
   * go on.
   */
  cut(pixels: Uint8Array, row: number, column: number, into: Uint8Array, offset: number): void;
}

/** Patches of a model's pictures around cells of a layer: three cells wide and high, whatever the cell. */
export function patchShape({ signal }: Pick<ModelInfo, 'signal'>, layer: CodeLayer): PatchShape {
  const cell = cellSize({ signal }, layer);
  const height = CELLS * cell.height;
  const width = CELLS * cell.width;
  return {
    height,
    width,
    cut(pixels, row, column, into, offset) {
      const top = (row - 1) * cell.height;
      const left = (column - 1) * cell.width;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const from = pixelOffset(signal, top + y, left + x);
          const to = offset + (y * width + x) * signal.channels;
          for (let channel = 0; channel < signal.channels; channel++) into[to + channel] = pixels[from + channel]!;
        }
      }
    },
  };
}

function pixelOffset({ height, width, channels }: Signal, y: number, x: number): number {
  const inside = (value: number, side: number) => Math.max(0, Math.min(side - 1, value));
  return (inside(y, height) * width + inside(x, width)) * channels;
}
