import type { MessagePort } from 'node:worker_threads';

/** What the reading thread knows of the pack. */
export interface PackLayout {
  file: string;
  height: number;
  width: number;
  channels: number;
}

/** One batch to read: positions in the pack, which of them to mirror, and the memory to fill (given away and back). */
export interface ReadRequest {
  items: Uint32Array;
  flips: Uint8Array;
  pixels: Uint8Array<ArrayBuffer>;
}
export type ReadAnswer = { pixels: Uint8Array<ArrayBuffer> } | { failure: string };

/**
 * The whole program of the thread that reads batches: TensorFlow keeps the main thread busy for all of a step, and
 * neither its event loop nor a slow disk may cost the step anything. The thread gets this function as text, so that it
 * needs no file of its own, in a bundle or outside: the function must not use anything but its argument.
 */
export function readBatches(require: NodeJS.Require): void {
  const { parentPort, workerData } = require('node:worker_threads') as {
    parentPort: MessagePort;
    workerData: PackLayout;
  };
  const { openSync, readSync } = require('node:fs') as typeof import('node:fs');
  const { file, height, width, channels } = workerData;
  const rowBytes = width * channels;
  const itemBytes = height * rowBytes;
  const pack = openSync(file, 'r');

  const mirror = (item: Uint8Array): void => {
    for (let row = 0; row < itemBytes; row += rowBytes) {
      for (let left = row, right = row + rowBytes - channels; left < right; left += channels, right -= channels) {
        for (let channel = 0; channel < channels; channel++) {
          const kept = item[left + channel] as number;
          item[left + channel] = item[right + channel] as number;
          item[right + channel] = kept;
        }
      }
    }
  };

  parentPort.on('message', ({ items, flips, pixels }: ReadRequest) => {
    try {
      for (let slot = 0; slot < items.length; slot++) {
        const from = slot * itemBytes;
        const position = items[slot] as number;
        const read = readSync(pack, pixels, from, itemBytes, position * itemBytes);
        if (read !== itemBytes) throw new Error(`item ${position} is not whole`);
        if (flips[slot] === 1) mirror(pixels.subarray(from, from + itemBytes));
      }
      parentPort.postMessage({ pixels }, [pixels.buffer]);
    } catch (thrown) {
      parentPort.postMessage({ failure: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  });
}
