import { setImmediate } from 'node:timers/promises';
import { type Signal, placesIn } from '@shared/specs';
import type { Quantizer } from '../quantizers';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import type { TrainingItems } from './autoencoder';
import { feedOf, fromStored } from '../media/kinds/stored';

/** Vectors that a quantizer is fitted to: so many for each of its codes, within limits of time and memory. */
const VECTORS_PER_CODE = 32;
const FEWEST_VECTORS = 4096;
const MOST_VECTORS = 65_536;

export interface QuantizerToPrepare {
  quantizer: Quantizer;
  signal: Signal;
  /** The grid that the encoder makes of an item. */
  grid: readonly number[];
  /** Items [N, ...sides, C] in [−0.5, 0.5] → what the quantizer is given of them, [N, ...grid, D]. */
  latentsOf(items: Tensor): Tensor;
  /** Tells the quantizers of a model apart. */
  name?: string;
}

/**
 * A model's `prepare` for a quantizer that is fitted to encoder outputs before the first step (k-means): encodes items from
 * all over the training split and hands their vectors on. Undefined for a quantizer that isn't fitted. A model with several
 * quantizers prepares one after the other, so that each sees what those before it make.
 */
export function prepareQuantizer(
  program: Program,
  { quantizer, signal, grid, latentsOf, name = 'quantizer' }: QuantizerToPrepare,
): ((items: TrainingItems) => Promise<void>) | undefined {
  const fit = quantizer.prepare?.bind(quantizer);
  if (!fit) return undefined;
  const batch = Math.max(1, Math.min(32, Math.floor((32 * 32 * 32) / placesIn(signal))));
  return async (items) => {
    const feeds = { stored: feedOf(signal, batch) };
    const encode = program.define(`prepare/${name}`, { feeds }, ({ stored }) => ({
      latents: latentsOf(fromStored(signal, stored)),
    }));
    const places = grid.reduce((product, side) => product * side, 1);
    const size = places * quantizer.dimension;
    const vectors = Math.max(FEWEST_VECTORS, Math.min(MOST_VECTORS, VECTORS_PER_CODE * quantizer.codes));
    const chosen = evenly(items.count, Math.ceil(vectors / places));
    const latents = new Float32Array(chosen.length * size);
    for (let at = 0; at < chosen.length; at += batch) {
      // The last batch is filled up with its first item.
      const numbers = Array.from({ length: batch }, (_, place) => chosen[at + place] ?? chosen[at] ?? 0);
      const found = encode.run({ stored: items.read(numbers) }).latents.data as Float32Array;
      latents.set(found.subarray(0, (chosen.length - at) * size), at * size);
      await setImmediate();
    }
    await fit(latents);
  };
}

/** `wanted` of the numbers from 0 to `count` − 1, evenly spaced; all where there are no more. */
function evenly(count: number, wanted: number): number[] {
  const length = Math.min(count, wanted);
  return Array.from({ length }, (_, at) => Math.floor((at * count) / length));
}
