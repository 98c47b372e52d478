/** What encoders call quality: whole numbers, the higher the better and the larger. */
export const LOWEST_QUALITY = 1;
export const HIGHEST_QUALITY = 100;

/**
 * The highest quality whose size is within `most`, by bisection: it takes sizes to grow with quality, as all but a few
 * bytes of them do. What it answers was measured to fit, and the next quality not to.
 * @returns null where even the lowest is larger
 */
export async function lastWithin(sizeAt: (quality: number) => Promise<number>, most: number): Promise<number | null> {
  const first = await firstWhere(async (quality) => (await sizeAt(quality)) > most);
  if (first === LOWEST_QUALITY) return null;
  return (first ?? HIGHEST_QUALITY + 1) - 1;
}

/**
 * The lowest quality at which a measure comes to `least`, in the same way.
 * @returns null where even the highest stays below
 */
export function firstReaching(measureAt: (quality: number) => Promise<number>, least: number): Promise<number | null> {
  return firstWhere(async (quality) => (await measureAt(quality)) >= least);
}

/** The lowest quality of which something holds that holds from some quality on; null where it holds of none. */
async function firstWhere(holds: (quality: number) => Promise<boolean>): Promise<number | null> {
  let [low, high] = [LOWEST_QUALITY, HIGHEST_QUALITY + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low > HIGHEST_QUALITY ? null : low;
}
