import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encodePng } from '../../media/kinds/picture/encode';
import { madeUpPixels } from './part';

const SIDE = 32;

/** Makes a temporary folder, which is removed after the bench. */
export function scratchFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Number of different pictures; further files repeat them. */
const DIFFERENT = 2000;

/**
 * Writes `count` small PNG files below `folder`; each is half smooth, half noise, so about as many bytes as a
 * photograph of its size.
 */
export async function writePictures(folder: string, count: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const noise = madeUpPixels(SIDE * SIDE * 3 * 2);
  const files = Array.from({ length: count }, (_, i) => path.join(folder, `${String(i).padStart(6, '0')}.png`));
  const encoded: Buffer[] = [];
  for (const [i, file] of files.entries()) {
    const known = encoded[i % DIFFERENT];
    const png = known ?? Buffer.from(await encodePng(picture(noise, i), { height: SIDE, width: SIDE, channels: 3 }));
    if (!known) encoded.push(png);
    writeFileSync(file, png);
  }
  return files;
}

function picture(noise: Uint8Array, index: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) =>
    at % (SIDE * 3) < SIDE * 1.5 ? (at / 24 + index * 7) % 256 : (noise[(at + index * 131) % noise.length] ?? 0),
  );
}
