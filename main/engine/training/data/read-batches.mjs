/**
 * The thread that reads batches: TensorFlow keeps the main thread busy for all of a step, and neither its event loop nor a
 * slow disk may cost the step anything. Plain JavaScript, since Node starts it as it is, from the sources as from a bundle.
 *
 * @typedef {import('./read-request').PackLayout} PackLayout
 * @typedef {import('./read-request').ReadRequest} ReadRequest
 */
import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { augmenters } from '../../media/kinds/augment.mjs';

const { file, itemBytes, signal, augmentation } = /** @type {PackLayout} */ (workerData);
const pack = openSync(file, 'r');
const augment = augmenters.get(signal.kind);

parentPort.on('message', (/** @type {ReadRequest} */ { items, bits, bytes }) => {
  try {
    for (let slot = 0; slot < items.length; slot++) {
      const from = slot * itemBytes;
      const position = items[slot];
      const read = readSync(pack, bytes, from, itemBytes, position * itemBytes);
      if (read !== itemBytes) throw new Error(`item ${position} is not whole`);
      augment?.(bytes.subarray(from, from + itemBytes), signal, augmentation, bits[slot]);
    }
    parentPort.postMessage({ bytes }, [bytes.buffer]);
  } catch (thrown) {
    parentPort.postMessage({ failure: thrown instanceof Error ? thrown.message : String(thrown) });
  }
});
