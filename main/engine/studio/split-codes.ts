import { type Split, latentSize, newItems } from '@shared/specs';
import { AppError } from '@shared/errors';
import { openPack, readItemIndex } from '../media';
import type { LoadedCodeRun } from '../training';
import { requireShape } from '../training/evaluate';
import { comfortableBatch } from '../training/inference';
import { breathe } from './long-jobs';

/** Some items of a split and their codes. */
export interface CodeBatch {
  /** Positions in the pack. */
  items: Uint32Array;
  /** [items, latentSize] */
  codes: Int32Array | Uint16Array;
}

export interface SplitRequest {
  model: LoadedCodeRun;
  datasetDirectory: string;
  split: Split;
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

/** The codes of whole splits, kept once they have been computed: encoding is what takes long. */
export interface SplitCodes {
  /**
   * All items of a split in pack order, batch by batch. Throws BAD_REQUEST for another shape or an empty split,
   * CANCELLED.
   */
  batches(request: SplitRequest): AsyncGenerator<CodeBatch>;
}

/** Items handed over at once when nothing needs to be computed. */
const KNOWN_BATCH = 4096;
const MEBIBYTE = 1024 * 1024;

/**
 * Keeps codes in memory, at most `limitBytes` of them, the least recently used leaving first; a split too large for
 * that is encoded each time. Two bytes per code are enough: codebooks end at 65,536.
 */
export function createSplitCodes(limitBytes = 256 * MEBIBYTE): SplitCodes {
  const kept = new Map<string, { items: Uint32Array; codes: Uint16Array }>();
  const bytesOf = (one: { codes: Uint16Array }) => one.codes.byteLength;

  const keep = (key: string, items: Uint32Array, codes: Uint16Array): void => {
    kept.set(key, { items, codes });
    let held = [...kept.values()].reduce((sum, one) => sum + bytesOf(one), 0);
    for (const [old, one] of kept) {
      if (held <= limitBytes) break;
      kept.delete(old);
      held -= bytesOf(one);
    }
  };

  async function* known(of: { items: Uint32Array; codes: Uint16Array }, { signal, onProgress }: SplitRequest) {
    const { items, codes } = of;
    const cells = codes.length / items.length;
    for (let at = 0; at < items.length; at += KNOWN_BATCH) {
      const some = items.subarray(at, at + KNOWN_BATCH);
      yield { items: some, codes: codes.subarray(at * cells, (at + some.length) * cells) };
      onProgress(at + some.length, items.length);
      await breathe(signal);
    }
  }

  return {
    async *batches(request) {
      const { model, datasetDirectory, split, signal, onProgress } = request;
      const pack = openPack(datasetDirectory);
      try {
        const key = [model.info.weightsHash, datasetDirectory, pack.manifest.createdAt, split].join('\n');
        const before = kept.get(key);
        if (before) {
          kept.delete(key);
          kept.set(key, before);
          yield* known(before, request);
          return;
        }
        requireShape(pack, model.model);
        const items = (await readItemIndex(datasetDirectory, pack.count)).splits[split];
        if (items.length === 0) {
          throw new AppError('BAD_REQUEST', `The dataset has no items in its ${split} split.`, '', { field: 'split' });
        }
        const cells = latentSize(model.latent);
        const all = items.length * cells * 2 <= limitBytes ? new Uint16Array(items.length * cells) : null;
        const batch = comfortableBatch(pack.signal); // larger ones would be felt by whoever paints meanwhile
        const pixels = newItems(pack.signal, batch);
        for (let at = 0; at < items.length; at += batch) {
          const some = items.subarray(at, at + batch);
          pack.readItems(some, pixels);
          const codes = model.encode(pixels.subarray(0, some.length * pack.itemValues), some.length);
          all?.set(codes, at * cells);
          yield { items: some, codes };
          onProgress(at + some.length, items.length);
          await breathe(signal);
        }
        if (all) keep(key, items, all);
      } finally {
        pack.close();
      }
    },
  };
}
