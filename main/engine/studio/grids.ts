import type { CodeGrid, ModelInfo } from '@shared/contract';
import { AppError } from '@shared/errors';

/**
 * Refuses a grid that the model can't decode: BAD_REQUEST naming the size it should have, or the first index outside the
 * codebook, where it stands, and the limit.
 */
export function requireGrid(
  { height, width, indices }: CodeGrid,
  { grid, codes }: Pick<ModelInfo, 'grid' | 'codes'>,
): void {
  if (height !== grid.height || width !== grid.width) {
    throw wrong(`The model’s grid is ${grid.width} × ${grid.height} codes, not ${width} × ${height}.`);
  }
  if (indices.length !== height * width) {
    throw wrong(`A grid of ${width} × ${height} holds ${height * width} codes, not ${indices.length}.`);
  }
  const at = indices.findIndex((index) => index < 0 || index >= codes);
  if (at >= 0) {
    const place = `row ${Math.floor(at / width) + 1}, column ${(at % width) + 1}`;
    throw wrong(`There is no code ${indices[at]} (${place}): the codebook has codes 0 to ${codes - 1}.`);
  }
}

/**
 * Height and width in pixels of what one cell covers. Models halve sides, continuing them where they don't divide, so it is
 * the power of two that makes `grid` cells reach over the picture.
 */
export function cellSize({ image, grid }: Pick<ModelInfo, 'image' | 'grid'>): { height: number; width: number } {
  const side = (pixels: number, cells: number) => Math.min(pixels, 2 ** Math.ceil(Math.log2(pixels / cells)));
  return { height: side(image.height, grid.height), width: side(image.width, grid.width) };
}

function wrong(message: string): AppError {
  return new AppError('BAD_REQUEST', message, '', { field: 'grid' });
}
