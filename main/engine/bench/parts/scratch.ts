import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encodePng } from '../../media';
import { replaceFile } from '../../training/run-files';
import { madeUpPixels } from '.';

const SIDE = 32;

/** A folder that is gone after the bench. */
export function scratchFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** `count` small PNG files below `folder`, half of each smooth and half noise: about as large as photographs of that size. */
export async function writePictures(folder: string, count: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const noise = madeUpPixels(SIDE * SIDE * 3 * 2);
  const files = Array.from({ length: count }, (_, i) => path.join(folder, `${String(i).padStart(5, '0')}.png`));
  for (const [i, file] of files.entries()) {
    const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) =>
      at % (SIDE * 3) < SIDE * 1.5 ? (at / 24 + i * 7) % 256 : noise[(at + i * 131) % noise.length]!,
    );
    replaceFile(file, await encodePng(pixels, { height: SIDE, width: SIDE, channels: 3 }));
  }
  return files;
}
