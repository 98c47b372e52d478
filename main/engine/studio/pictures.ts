import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { ParsedParams, Items, StudioContract } from '@shared/contract';
import { type Preprocessing, type RunManifest, type Signal, valuesOf } from '@shared/specs';
import { decodePictureFile, openPack } from '../media';
import { requireShape } from '../training/evaluate';

export type PictureSource = ParsedParams<StudioContract, 'studio.encode'>['picture'];

export interface NamedPicture {
  name: string;
  /** `[H,W,C]` bytes of the model's shape. */
  pixels: Uint8Array;
}

/** The shape of a model's pictures, and how a file comes to it. */
export type PictureShape = Signal & Preprocessing;

/** How the model of a run reads picture files: as the import of its dataset did. */
export const pictureShapeOf = ({ manifest }: { manifest: RunManifest }): PictureShape => ({
  ...manifest.signal,
  ...manifest.preprocessing,
});

/**
 * A picture as a model reads it: an item of a dataset of its shape, or a file of any format that import reads, brought
 * to it. Throws NOT_FOUND, BAD_FILE, LIMIT or BAD_REQUEST with the name of what is wrong.
 */
export async function readPicture(source: PictureSource, signal: PictureShape): Promise<NamedPicture> {
  if (source.kind === 'file') {
    const { pixels } = await decodePictureFile(source.name, source.bytes, signal);
    return { name: source.name, pixels };
  }
  const pack = openPack(source.datasetDirectory);
  try {
    requireShape(pack, { signal });
    return { name: itemName(source.datasetDirectory, source.index), pixels: pack.readItem(source.index) };
  } finally {
    pack.close();
  }
}

/** `count` pictures of one shape as they cross a pipe. */
export function picturesOf(shape: Signal, data: Uint8Array): Items {
  const { kind, height, width, channels } = shape;
  const signal = { kind, height, width, channels };
  return { signal, dtype: 'u8', count: data.length / valuesOf(signal), data };
}

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

/**
 * The name of one item from `items.jsonl`, by counting lines: reading them as JSON, as the index does, would be felt
 * here. An item whose line is damaged is called by its number.
 */
function itemName(datasetDirectory: string, index: number): string {
  const file = openSync(path.join(datasetDirectory, 'items.jsonl'), 'r');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let line = 0;
  let text = '';
  try {
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, null);
      let from = 0;
      while (from < read) {
        const newline = chunk.subarray(0, read).indexOf(NEWLINE, from);
        const to = newline < 0 ? read : newline;
        if (line === index) text += chunk.toString('utf8', from, to);
        if (newline >= 0) line += 1;
        from = to + 1;
      }
      if (read === 0 || line > index) break;
    }
    return (JSON.parse(text) as { name: string }).name;
  } catch {
    return String(index);
  } finally {
    closeSync(file);
  }
}
