import { join } from 'node:path';
import { openPack } from '../../../../main/engine/media';
import type { ImportOptions } from '../../../../shared/specs/dataset';
import { npy, npz } from './fixtures';
import { folderOf, runImport, type Imported } from './importing';

export const SIDE = 16;
export const COUNT = 6;
export const PIXELS = SIDE * SIDE;
/** Pixel `i` of picture `n`. */
export const level = (n: number, i: number): number => (n * 37 + i * 5 + (i >> 4) * 11) % 256;
export const grey = (count = COUNT): number[] =>
  Array.from({ length: count * PIXELS }, (_, at) => level(Math.floor(at / PIXELS), at % PIXELS));
const colour = (n: number, y: number, x: number, c: number): number => (n * 53 + y * 7 + x * 3 + c * 90) % 256;
export type Axis = 'n' | 'y' | 'x' | 'c';
/** Colour pictures with the axes in this order, the last changing fastest. */
export function laid(axes: Axis[], channels = 3): Uint8Array {
  const sides = { n: COUNT, y: SIDE, x: SIDE, c: channels };
  const at = { n: 0, y: 0, x: 0, c: 0 };
  const values: number[] = [];
  const walk = (depth: number): void => {
    const axis = axes[depth];
    if (axis === undefined) values.push(colour(at.n, at.y, at.x, at.c));
    else for (at[axis] = 0; at[axis] < sides[axis]; at[axis]++) walk(depth + 1);
  };
  walk(0);
  return Uint8Array.from(values);
}
export const images = npy('|u1', [COUNT, SIDE, SIDE], Uint8Array.from(grey()));
export const labels = npy('<i4', [COUNT], Int32Array.of(0, 1, 2, 0, 1, 2));
export const bits = (at: number): number => (level(0, at) > 127 ? 1 : 0);

export const load = async (
  arrays: Record<string, Uint8Array>,
  options: Partial<ImportOptions> = {},
): Promise<Imported> => runImport([join(await folderOf({ 'set.npz': npz(arrays) }), 'set.npz')], options);

export function pixelsOf({ staging, outcome }: Imported): number[][] {
  const pack = openPack(staging);
  const all = Array.from({ length: outcome.items }, (_, item) => [...pack.readItem(item)]);
  pack.close();
  return all;
}
export const classesOf = ({ lines, manifest }: Imported): (string | null)[] =>
  lines.map(({ label }) => (label === null ? null : manifest.classes[label]!));
export const plain = Array.from({ length: COUNT }, (_, n) => grey().slice(n * PIXELS, (n + 1) * PIXELS));
export const inColour = Array.from({ length: COUNT }, (_, n) => [
  ...laid(['n', 'y', 'x', 'c']).slice(n * PIXELS * 3, (n + 1) * PIXELS * 3),
]);
export const thrice = ['0', '1', '2', '0', '1', '2'];
