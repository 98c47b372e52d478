/**
 * The thread that reads batches: TensorFlow keeps the main thread busy for all of a step, and neither its event loop nor a
 * slow disk may cost the step anything. Plain JavaScript, since Node starts it as it is, from the sources as from a bundle.
 *
 * @typedef {import('./read-request').PackLayout} PackLayout
 * @typedef {import('./read-request').ReadRequest} ReadRequest
 */
import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const { file, height, width, channels } = /** @type {PackLayout} */ (workerData);
const rowBytes = width * channels;
const itemBytes = height * rowBytes;
const pack = openSync(file, 'r');

/** Turns an item left to right, in place. @param {Uint8Array} item */
function mirror(item) {
  for (let row = 0; row < itemBytes; row += rowBytes) {
    for (let left = row, right = row + rowBytes - channels; left < right; left += channels, right -= channels) {
      for (let channel = 0; channel < channels; channel++) {
        const kept = item[left + channel];
        item[left + channel] = item[right + channel];
        item[right + channel] = kept;
      }
    }
  }
}

parentPort.on('message', (/** @type {ReadRequest} */ { items, flips, pixels }) => {
  try {
    for (let slot = 0; slot < items.length; slot++) {
      const from = slot * itemBytes;
      const position = items[slot];
      const read = readSync(pack, pixels, from, itemBytes, position * itemBytes);
      if (read !== itemBytes) throw new Error(`item ${position} is not whole`);
      if (flips[slot] === 1) mirror(pixels.subarray(from, from + itemBytes));
    }
    parentPort.postMessage({ pixels }, [pixels.buffer]);
  } catch (thrown) {
    parentPort.postMessage({ failure: thrown instanceof Error ? thrown.message : String(thrown) });
  }
});
