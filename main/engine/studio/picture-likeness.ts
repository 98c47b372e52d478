import type { Signal } from '@shared/specs';
import { psnr } from '../media/kinds/picture/psnr';
import { fromStored } from '../media/kinds/stored';
import { ssim } from '../media/kinds/picture/similarity';
import { isTrunkSetUp, perceptualDistance } from '../perceptual';
import { createProgram } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { comfortableBatch } from '../training/inference';
import { breathe } from './long-jobs';

/** Pictures that go through a trunk together. */
const TRUNK_BATCH = 16;

/**
 * Similarity of each reconstruction to its original, [count]; `perceptual` is null without a trunk or if not requested.
 */
export interface LikenessOfEach {
  psnr: Float32Array;
  ssim: Float32Array;
  perceptual: Float32Array | null;
}

export interface LikenessMeter {
  /** @param pixels, originals [count, H, W, C] */
  measure(pixels: Uint8Array, originals: Uint8Array, signal: AbortSignal): Promise<LikenessOfEach>;
  dispose(): void;
}

/** Compares pictures of a shape by the product's own definitions of PSNR, SSIM and perceptual distance. */
export function createLikenessMeter(signal: Signal, wantsPerceptual: boolean): LikenessMeter {
  const { height, width, channels } = signal;
  const itemBytes = height * width * channels;
  const program = createProgram({ seed: 0 });
  const distance = wantsPerceptual && isTrunkSetUp() ? perceptualDistance(program) : null;
  const batch = Math.min(distance ? TRUNK_BATCH : Infinity, comfortableBatch(signal));
  const pictures = { shape: [batch, height, width, channels], dtype: 'uint8' } as const;
  const compare = program.define('compare', { feeds: { a: pictures, b: pictures } }, ({ a, b }): Outputs => ({
    ssim: ssim(ops.cast(a, 'float32'), ops.cast(b, 'float32')),
    ...(distance && { perceptual: distance(fromStored(signal, a), fromStored(signal, b)) }),
  }));

  return {
    async measure(pixels, originals, signal) {
      const count = originals.length / itemBytes;
      const ssims = new Float32Array(count);
      const distances = distance && new Float32Array(count);
      for (let at = 0; at < count; at += batch) {
        const some = Math.min(batch, count - at);
        const of = (all: Uint8Array) =>
          wholeBatch(all.subarray(at * itemBytes, (at + some) * itemBytes), batch * itemBytes);
        const { ssim: likeness, perceptual } = compare.run({ a: of(pixels), b: of(originals) });
        ssims.set(likeness!.data.subarray(0, some) as Float32Array, at);
        if (perceptual) distances?.set(perceptual.data.subarray(0, some) as Float32Array, at);
        await breathe(signal);
      }
      return { psnr: psnrOfEach(pixels, originals, count), ssim: ssims, perceptual: distances };
    },
    dispose: () => program.dispose(),
  };
}

type Outputs = Record<'ssim', Tensor> & Record<string, Tensor>;

/** PSNR of each of `count` pictures, dB. */
export function psnrOfEach(pixels: Uint8Array, originals: Uint8Array, count: number): Float32Array<ArrayBuffer> {
  const size = originals.length / count;
  return Float32Array.from({ length: count }, (_, item) => {
    let sum = 0;
    for (let at = item * size; at < (item + 1) * size; at++) sum += (pixels[at]! - originals[at]!) ** 2;
    return psnr(sum / size);
  });
}

export const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function wholeBatch(some: Uint8Array, bytes: number): Uint8Array {
  if (some.length === bytes) return some;
  const filled = new Uint8Array(bytes);
  filled.set(some);
  return filled;
}
