import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { importOptionsSchema } from '@shared/specs';
import { importDataset } from '../../media';
import { sharp } from '../../media/kinds/picture/sharp';
import type { Part } from './part';
import { scratchFolder, writePictures } from './scratch';

const PICTURES = 2000;
/** Number of files decoded at once: enough to keep libvips' threads busy. */
const AT_ONCE = 16;

/** Imports a folder of small PNG files, with manifest, thumbnails and statistics. Images per second. */
export async function openImport(): Promise<Part> {
  const scratch = scratchFolder();
  const pictures = path.join(scratch.folder, 'pictures');
  await writePictures(pictures, PICTURES);
  const options = importOptionsSchema.parse({});
  let imports = 0;
  return {
    async round() {
      const staging = path.join(scratch.folder, `dataset-${(imports += 1)}`);
      const since = performance.now();
      await importDataset({ sources: [pictures], staging, options });
      return [PICTURES / ((performance.now() - since) / 1000)];
    },
    close: scratch.remove,
  };
}

/** One import of `pictures` files. Seconds. */
export async function openImportTime({ pictures = PICTURES }: Partial<Record<string, number>>): Promise<Part> {
  const scratch = scratchFolder();
  const folder = path.join(scratch.folder, 'pictures');
  await writePictures(folder, pictures);
  const options = importOptionsSchema.parse({});
  let imports = 0;
  return {
    async round() {
      const staging = path.join(scratch.folder, `dataset-${(imports += 1)}`);
      const since = performance.now();
      await importDataset({ sources: [folder], staging, options });
      return [(performance.now() - since) / 1000];
    },
    close: scratch.remove,
  };
}

/** Reads and decodes the same files with sharp, and keeps nothing. Images per second. */
export async function openSharpLoop(): Promise<Part> {
  const scratch = scratchFolder();
  const files = await writePictures(scratch.folder, PICTURES);
  return {
    async round() {
      const since = performance.now();
      let next = 0;
      const worker = async (): Promise<void> => {
        for (let file = files[next++]; file !== undefined; file = files[next++])
          await sharp(await readFile(file))
            .raw()
            .toBuffer();
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      return [PICTURES / ((performance.now() - since) / 1000)];
    },
    close: scratch.remove,
  };
}
