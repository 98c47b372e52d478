import type { MaskgitSpec } from '@shared/specs';

export type MaskSchedule = MaskgitSpec['schedule'];

/** γ: the share of codes that is masked at place r in [0, 1], falling from 1 to 0 (Chang et al. 2022, section 3.3; `arccos`: Weber et al. 2024). */
const shares: Record<MaskSchedule, (r: number) => number> = {
  cosine: (r) => Math.cos((Math.PI / 2) * r),
  arccos: (r) => (2 / Math.PI) * Math.acos(r),
  linear: (r) => 1 - r,
  square: (r) => 1 - r * r,
  cubic: (r) => 1 - r * r * r,
  'square-root': (r) => 1 - Math.sqrt(r),
};

/** Each has its inverse among them, or in a line. */
const places: Record<MaskSchedule, (share: number) => number> = {
  cosine: shares.arccos,
  arccos: shares.cosine,
  linear: shares.linear,
  square: (share) => Math.sqrt(1 - share),
  cubic: (share) => Math.cbrt(1 - share),
  'square-root': (share) => (1 - share) ** 2,
};

/**
 * Where training's mask grows: with r uniform in [0, 1), ⌈γ(r) · length⌉ codes are masked, which is one for each of these numbers
 * that r lies below. The first is above 1, so that at least one code is masked; so are all that `least` (a share) asks for.
 * @returns [length], falling
 */
export function maskThresholds(schedule: MaskSchedule, length: number, least = 0): Float32Array {
  const always = Math.max(1, Math.ceil(least * length));
  return Float32Array.from({ length }, (_, count) => (count < always ? 2 : places[schedule](count / length)));
}

/**
 * How many of `open` codes each round settles: after round t of T, ⌊γ(t / T) · open⌋ are open, at least one fewer than before, and
 * none after the last. Rounds that nothing is left for are not among them.
 */
export function settledPerRound(schedule: MaskSchedule, open: number, rounds: number): number[] {
  const counts: number[] = [];
  for (let round = 1, left = open; left > 0; round++) {
    const wanted = round >= rounds ? 0 : Math.floor(shares[schedule](round / rounds) * open);
    const next = Math.max(0, Math.min(wanted, left - 1));
    counts.push(left - next);
    left = next;
  }
  return counts;
}
