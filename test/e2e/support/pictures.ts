import { mkdir, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';

/** A folder of small real PNG files in two classes, discs and squares of every hue; the same ones each time. */
export async function makePictureFolder(perClass = 60, side = 32): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'tessera-pictures-')), 'shapes');
  for (const shape of ['disc', 'square'] as const) {
    await mkdir(path.join(folder, shape), { recursive: true });
    await Promise.all(
      Array.from({ length: perClass }, (_, i) => {
        const hue = (i * 137) % 360;
        const size = 8 + ((i * 5) % 14);
        const x = 4 + ((i * 7) % (side - size - 6));
        const y = 4 + ((i * 11) % (side - size - 6));
        const form =
          shape === 'disc'
            ? `<circle cx="${x + size / 2}" cy="${y + size / 2}" r="${size / 2}" fill="hsl(${hue},80%,50%)"/>`
            : `<rect x="${x}" y="${y}" width="${size}" height="${size}" fill="hsl(${hue},80%,50%)"/>`;
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="100%" height="100%" fill="hsl(${(hue + 180) % 360},30%,85%)"/>${form}</svg>`;
        return sharp(Buffer.from(svg))
          .png()
          .toFile(path.join(folder, shape, `${String(i).padStart(3, '0')}.png`));
      }),
    );
  }
  return folder;
}
