import type { VectorStatistics } from '@shared/contract';

/** One component of a vector as a hand turns it: its mean over a split, and how far it goes. */
export interface Dial {
  component: number;
  mean: number;
  deviation: number;
  /** Three deviations below and above the mean: where nearly all pictures are. */
  low: number;
  high: number;
  /** A likely value: of the normal distribution with its mean and deviation, within its ends. */
  draw(random: () => number): number;
}

const REACH = 3;
/** A component whose mean varies less than this over the pictures says nothing (Burda et al. 2016, section 5.2). */
export const ACTIVE_VARIANCE = 0.01;

export const isActive = ({ deviation }: Pick<Dial, 'deviation'>): boolean => deviation ** 2 > ACTIVE_VARIANCE;

/** Every component of a model's vectors as a dial, that which varies most first. */
export function spreadOf({ mean, deviation }: VectorStatistics): Dial[] {
  return Array.from(mean, (centre, component): Dial => {
    const spread = deviation[component] ?? 0;
    const [low, high] = [centre - REACH * spread, centre + REACH * spread];
    const draw = (random: () => number): number => Math.max(low, Math.min(high, centre + spread * normal(random)));
    return { component, mean: centre, deviation: spread, low, high, draw };
  }).sort((a, b) => b.deviation - a.deviation || a.component - b.component);
}

/** A standard normal number out of two uniform ones (Box and Muller 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
