const STEPS = [1, 2, 5];

/**
 * Ticks for a logarithmic axis, as values: powers of ten where the range has several, 1-2-5 where it has few, and evenly
 * round numbers where it is less than a decade: no range is left without.
 *
 * @param from above 0
 */
export function logTicks(from: number, to: number, atMost: number): number[] {
  const powers = between(from, to, [1]);
  if (powers.length > atMost) {
    const every = Math.ceil(powers.length / atMost);
    return powers.filter((_, i) => i % every === 0);
  }
  const finer = between(from, to, STEPS);
  if (powers.length >= 3 || finer.length > atMost) return powers.length >= 2 ? powers : finer.slice(0, atMost);
  return finer.length >= 3 ? finer : linearTicks(from, to, atMost);
}

function between(from: number, to: number, steps: readonly number[]): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= from && tick <= to) ticks.push(tick);
    }
  }
  return ticks;
}

/** Round numbers in a range, evenly apart. */
export function linearTicks(from: number, to: number, atMost: number): number[] {
  const rough = (to - from) / Math.max(1, atMost);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step); i * step <= to * (1 + 1e-12); i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}
