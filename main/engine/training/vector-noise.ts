import { generator, normal } from '../numerics/random';
import type { Noise } from '../priors';

/** What `count` vectors of a length are drawn with: a function of the seed alone. */
export function noiseOf(count: number, length: number, seed: number): Noise {
  const random = generator(seed);
  const noise = { normal: new Float32Array(count * length), uniform: new Float32Array(count * length) };
  for (let at = 0; at < count * length; at++) {
    noise.normal[at] = normal(random);
    // as float32 it must not become 1
    noise.uniform[at] = Math.min(random(), LARGEST);
  }
  return noise;
}

const LARGEST = 1 - 2 ** -24;
