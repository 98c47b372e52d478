import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { AppError, asAppError } from '@shared/errors';
import { augmentationBits, createOrder } from './order';
import type { PackLayout, ReadAnswer, ReadRequest } from './read-request';

export interface BatchOptions {
  pack: PackLayout;
  /** Positions in the pack of the items to learn from. */
  items: Uint32Array;
  batch: number;
  /** Batches a step takes. */
  accumulate: number;
  seed: number;
  /** The first step whose batch will be asked for, counted from 1. */
  firstStep: number;
}

/** The batches of a run, read ahead on a thread of their own. */
export interface ItemBatches {
  /**
   * The next batch as it is stored, [batch, ...shape], `accumulate` of them per step: a function of the seed and the step alone.
   * Give the array back with `recycle` once it is used. Throws DISK if reading failed.
   */
  next(): Promise<Uint8Array<ArrayBuffer>>;
  recycle(bytes: Uint8Array<ArrayBuffer>): void;
  /** Seconds that callers of `next` waited so far. */
  readonly waited: number;
  close(): Promise<void>;
}

/** Batches read or being read ahead of the step: enough to outlast a pause of the disk of a few steps. */
const AHEAD = 4;

/**
 * Items of a batch, counted from 1 over all steps, and the bits that augment each. Batches run on across epochs: no item is
 * left out at an epoch's end. The batches of a step together have the items and bits of one batch of their total size.
 */
export function batchOf(
  options: Pick<BatchOptions, 'items' | 'batch' | 'accumulate' | 'seed'>,
  order: (position: number) => number,
  number: number,
) {
  const { items, batch, accumulate, seed } = options;
  const chosen = new Uint32Array(batch);
  const bits = new Uint32Array(batch);
  const step = Math.floor((number - 1) / accumulate) + 1;
  const before = ((number - 1) % accumulate) * batch;
  for (let slot = 0; slot < batch; slot++) {
    chosen[slot] = items[order((number - 1) * batch + slot)] ?? 0;
    bits[slot] = augmentationBits(seed, step, before + slot);
  }
  return { items: chosen, bits };
}

export function openBatches(options: BatchOptions): ItemBatches {
  const { pack, batch } = options;
  const order = createOrder(options.seed, options.items.length);
  const worker = new Worker(readingThread(), { workerData: pack, name: 'batches' });
  const ready: Uint8Array<ArrayBuffer>[] = [];
  let number = (options.firstStep - 1) * options.accumulate + 1;
  let waiting: { resolve(bytes: Uint8Array<ArrayBuffer>): void; reject(error: AppError): void } | undefined;
  let failure: AppError | undefined;
  let waited = 0;

  const request = (bytes: Uint8Array<ArrayBuffer>): void => {
    const message: ReadRequest = { ...batchOf(options, order, number), bytes };
    number += 1;
    worker.postMessage(message, [bytes.buffer]);
  };
  const fail = (reason: string): void => {
    const said = asAppError(new Error(reason)).message.replace(/\.$/, '');
    failure ??= new AppError(
      'DISK',
      `The dataset could not be read: ${said}.`,
      'Check the disk, then continue the run.',
    );
    waiting?.reject(failure);
    waiting = undefined;
  };
  worker.on('message', (answer: ReadAnswer) => {
    if ('failure' in answer) return fail(answer.failure);
    if (!waiting) return void ready.push(answer.bytes);
    waiting.resolve(answer.bytes);
    waiting = undefined;
  });
  worker.on('error', (error) => fail(error.message));
  worker.on('exit', () => fail('the reading thread ended'));
  for (let ahead = 0; ahead < AHEAD; ahead++) request(new Uint8Array(batch * pack.itemBytes));

  return {
    async next() {
      const read = ready.shift();
      if (read) return read;
      if (failure) throw failure;
      const since = performance.now();
      try {
        return await new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => (waiting = { resolve, reject }));
      } finally {
        waited += (performance.now() - since) / 1000;
      }
    },
    recycle: request,
    get waited() {
      return waited;
    },
    async close() {
      await worker.terminate();
    },
  };
}

/**
 * The program of the thread: beside this file in the sources, among the entries of a bundle (`vite.node.config.ts`).
 */
function readingThread(): URL {
  const places = ['./read-batches.mjs', './read-batches.js', '../read-batches.js'];
  const found = places.map((place) => new URL(place, import.meta.url)).find((place) => existsSync(place));
  if (!found) throw new AppError('INTERNAL', 'The program of the reading thread is missing.');
  return found;
}
