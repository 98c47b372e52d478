import type { Items } from '@shared/contract';
import { pictureBitmap } from '@/media/picture/pictures';
import { viridisColour } from '@/charts';

/** Colours that follow the page's theme, as a canvas takes them. */
export interface MapColours {
  text: string;
  muted: string;
  background: string;
  primary: string;
}

export interface CodeMapScene {
  /** Codes in the order they are laid out. */
  order: Int32Array;
  /** Brightness of each code from 0 to 1; NaN where it is dead. */
  heat: Float32Array;
  /** What each code decodes to, or null to draw brightness alone. */
  tiles: Items | null;
  columns: number;
  cell: number;
  gap: number;
  selected: number;
  /** Place under the pointer or the keyboard's cursor, or null. */
  cursor: number | null;
  colours: MapColours;
}

/** Side of a cell in CSS pixels: many codes get small cells. */
export function cellSize(codes: number): number {
  if (codes <= 64) return 54;
  if (codes <= 256) return 40;
  if (codes <= 1024) return 28;
  return codes <= 4096 ? 16 : 9;
}

const BAR_SHARE = 0.16;

/** Draws every code as a cell; dead codes are crossed out, the chosen one is ringed. */
export function paintCodeMap(context: CanvasRenderingContext2D, scene: CodeMapScene): void {
  const { order, heat, tiles, columns, cell, gap } = scene;
  context.imageSmoothingEnabled = false;
  const corner = (place: number): [number, number] => [
    (place % columns) * (cell + gap) + 2,
    Math.floor(place / columns) * (cell + gap) + 2,
  ];
  order.forEach((code, place) => {
    const [x, y] = corner(place);
    const brightness = heat[code]!;
    const dead = Number.isNaN(brightness);
    if (tiles) {
      context.globalAlpha = dead ? 0.35 : 1;
      context.drawImage(pictureBitmap(tiles, code), x, y, cell, cell);
      context.globalAlpha = 1;
      if (!dead) paintBar(context, x, y, cell, brightness);
    } else if (!dead) {
      context.fillStyle = viridisColour(brightness);
      context.fillRect(x, y, cell, cell);
    }
    if (dead) cross(context, x, y, cell, scene.colours);
  });
  const chosen = order.indexOf(scene.selected);
  if (chosen >= 0) ring(context, ...corner(chosen), cell, scene.colours.primary, 3, scene.colours.background);
  if (scene.cursor !== null && scene.cursor !== chosen)
    ring(context, ...corner(scene.cursor), cell, scene.colours.text, 2, scene.colours.background);
}

/** How often the code is used, as a bar along the tile's lower edge: length and colour say the same. */
function paintBar(context: CanvasRenderingContext2D, x: number, y: number, cell: number, brightness: number): void {
  const height = Math.max(2, Math.round(cell * BAR_SHARE));
  context.fillStyle = 'rgb(0 0 0 / 0.7)';
  context.fillRect(x, y + cell - height, cell, height);
  context.fillStyle = viridisColour(0.25 + 0.75 * brightness);
  context.fillRect(x, y + cell - height, Math.max(1, cell * brightness), height);
}

function cross(context: CanvasRenderingContext2D, x: number, y: number, cell: number, colours: MapColours): void {
  context.strokeStyle = colours.muted;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
  context.beginPath();
  context.moveTo(x + 1, y + 1);
  context.lineTo(x + cell - 1, y + cell - 1);
  context.moveTo(x + cell - 1, y + 1);
  context.lineTo(x + 1, y + cell - 1);
  context.stroke();
}

function ring(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  cell: number,
  colour: string,
  width: number,
  halo: string,
): void {
  context.strokeStyle = halo;
  context.lineWidth = width + 2;
  context.strokeRect(x, y, cell, cell);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.strokeRect(x, y, cell, cell);
}
