/** Vectors that a mixture is fitted to, at most: what keeps its rounds to seconds. */
const MOST = 20_000;

/** At most 20,000 of the vectors [M, D], spread evenly: the same ones every time. */
export function thinnedOut(vectors: Float32Array, length: number, most = MOST): Float32Array {
  const count = vectors.length / length;
  if (count <= most) return vectors;
  const kept = new Float32Array(most * length);
  for (let at = 0; at < most; at++) {
    const from = Math.floor((at * count) / most) * length;
    kept.set(vectors.subarray(from, from + length), at * length);
  }
  return kept;
}
