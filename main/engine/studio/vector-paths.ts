/** On the straight line from one vector to another: `share` 0 is the one, 1 the other. */
export function lerp(from: Float32Array, to: Float32Array, share: number): Float32Array {
  return Float32Array.from(from, (value, at) => (1 - share) * value + share * to[at]!);
}

/** Below this, two directions are one, or opposite: no arc leads from the one to the other. */
const LEAST_SINE = 1e-6;

/**
 * On the arc from one vector to another (Shoemake 1985; for latents White 2016), the length going over from that of the
 * one to that of the other. A straight line goes nearer to the origin on its way, where vectors of many components
 * hardly ever lie. Without an arc, where the directions are alike or opposite or one vector is 0, it is `lerp`.
 */
export function slerp(from: Float32Array, to: Float32Array, share: number): Float32Array {
  const [a, b] = [Math.hypot(...from), Math.hypot(...to)];
  const cosine = from.reduce((sum, value, at) => sum + value * to[at]!, 0) / (a * b);
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
  const sine = Math.sin(angle);
  if (!(sine > LEAST_SINE)) return lerp(from, to, share);
  const length = (1 - share) * a + share * b;
  const [toOne, toOther] = [Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine];
  return Float32Array.from(from, (value, at) => length * (toOne * (value / a) + toOther * (to[at]! / b)));
}
