import { closeSync, fsyncSync, openSync, readdirSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { onDisk, onDiskLater } from './on-disk';

/** Bytes written between two checks of whether the file is still wanted. */
const PIECE_BYTES = 16 * 1024 * 1024;

/** Writes a new file and flushes it to the disk. */
export function writeDurably(file: string, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  withDescriptor(file, 'wx', (descriptor) => {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    fsyncSync(descriptor);
  });
}

/** The same in pieces; `onPiece` gets the number of bytes written so far, and may reject to stop. */
export function writeInPieces(
  file: string,
  bytes: Uint8Array,
  onPiece: (written: number) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  return onDiskLater(file, async () => {
    const handle = await open(file, 'wx');
    try {
      for (let written = 0; written < bytes.length;) {
        const piece = bytes.subarray(written, written + PIECE_BYTES);
        written += (await handle.write(piece)).bytesWritten;
        await onPiece(written);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** Flushes a folder, everything in it and its own name to the disk. */
export function syncTree(directory: string): void {
  for (const entry of onDisk(directory, () => readdirSync(directory, { withFileTypes: true }))) {
    const place = path.join(directory, entry.name);
    if (entry.isDirectory()) syncTree(place);
    else withDescriptor(place, 'r+', fsyncSync);
  }
  syncFolder(directory);
}

/**
 * Makes files created or renamed in a folder survive a power failure; Windows can't open folders and doesn't need
 * this.
 */
export function syncFolder(directory: string): void {
  if (process.platform !== 'win32') withDescriptor(directory, 'r', fsyncSync);
}

function withDescriptor(file: string, flags: string, use: (descriptor: number) => void): void {
  onDisk(file, () => {
    const descriptor = openSync(file, flags);
    try {
      use(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}
