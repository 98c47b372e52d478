import { cssColor } from '@/components/css-color';

/** How open codes look on a canvas: hatched, so that nobody takes them for a part of the picture. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Between two lines of the hatching, in CSS pixels. */
const GAP = 7;

/** Hatches cells over whatever is there; `strength` 0 to 1 is how much of that it hides. Neighbours meet without a seam. */
export function hatch(context: CanvasRenderingContext2D, cells: readonly Box[], strength: number): void {
  const [right, bottom] = [
    Math.max(...cells.map(({ x, width }) => x + width)),
    Math.max(...cells.map(({ y, height }) => y + height)),
  ];
  context.save();
  context.beginPath();
  for (const { x, y, width, height } of cells) context.rect(x, y, width, height);
  context.clip();
  context.fillStyle = cssColor('--ui-bg-elevated', strength);
  context.fillRect(0, 0, right, bottom);
  context.strokeStyle = cssColor('--ui-text-dimmed', 0.55);
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -bottom; at < right; at += GAP) {
    context.moveTo(at, 0);
    context.lineTo(at + bottom, bottom);
  }
  context.stroke();
  context.restore();
}

/** A frame around a cell that shows on any picture. */
export function frameCell(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  colour: string,
  lineWidth = 2,
): void {
  context.strokeStyle = 'rgba(0,0,0,0.65)';
  context.lineWidth = lineWidth + 2;
  context.strokeRect(x, y, width, height);
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.strokeRect(x, y, width, height);
}

/** Thin lines between cells. */
export function rule(context: CanvasRenderingContext2D, all: Box, columns: number, rows: number): void {
  context.strokeStyle = cssColor('--ui-border', 0.7);
  context.lineWidth = 1;
  context.beginPath();
  for (let column = 0; column <= columns; column++) {
    const x = Math.round(all.x + (column * all.width) / columns) + 0.5;
    context.moveTo(x, all.y);
    context.lineTo(x, all.y + all.height);
  }
  for (let row = 0; row <= rows; row++) {
    const y = Math.round(all.y + (row * all.height) / rows) + 0.5;
    context.moveTo(all.x, y);
    context.lineTo(all.x + all.width, y);
  }
  context.stroke();
}
