import type { Items } from '@shared/contract';
import { encodePng } from '../media/kinds/picture/encode';

/** Pictures are shown at least about this large, px: each pixel as a square of them. */
const SHOWN = 96;
/** White between pictures, px. */
const GAP = 4;
const WHITE = 255;

/** Rows of pictures, all of one size, one below the other as a PNG, and each row as a PNG of its own. */
export async function sheetOf(rows: readonly Items[]): Promise<{ sheet: Uint8Array; rows: Uint8Array[] }> {
  return {
    sheet: await png(rows),
    rows: await Promise.all(rows.map((row) => png([row]))),
  };
}

function png(rows: readonly Items[]): Promise<Uint8Array> {
  const { pixels, height, width } = layOut(rows);
  return encodePng(pixels, { height, width, channels: 3 });
}

/** [height, width, 3]: pictures side by side with white between, grey ones in three equal channels. */
export function layOut(rows: readonly Items[]): { pixels: Uint8Array; height: number; width: number } {
  const { height: high, width: wide } = rows[0]?.signal ?? { height: 1, width: 1 };
  const scale = Math.max(1, Math.round(SHOWN / Math.max(high, wide)));
  const [down, across] = [high * scale, wide * scale];
  const most = Math.max(1, ...rows.map(({ count }) => count));
  const height = rows.length * (down + GAP) - GAP;
  const width = most * (across + GAP) - GAP;
  const pixels = new Uint8Array(height * width * 3).fill(WHITE);
  for (const [row, pictures] of rows.entries()) {
    const { channels } = pictures.signal;
    for (let picture = 0; picture < pictures.count; picture++) {
      const top = row * (down + GAP);
      const left = picture * (across + GAP);
      for (let y = 0; y < down; y++)
        for (let x = 0; x < across; x++) {
          const place = ((top + y) * width + left + x) * 3;
          const from = (picture * high + Math.floor(y / scale)) * wide + Math.floor(x / scale);
          for (let channel = 0; channel < 3; channel++)
            pixels[place + channel] = pictures.data[from * channels + (channel % channels)] ?? 0;
        }
    }
  }
  return { pixels, height, width };
}
