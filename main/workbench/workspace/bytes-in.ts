import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Bytes of all files in a folder and the folders in it; what goes while it is counted counts nothing. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let sum = 0;
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) sum += await bytesIn(place);
    else if (entry.isFile())
      sum += await stat(place).then(
        ({ size }) => size,
        () => 0,
      );
  }
  return sum;
}
