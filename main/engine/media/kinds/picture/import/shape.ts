import type { ImportOptions } from '@shared/specs/dataset';
import { MAXIMUM_SIDE, MINIMUM_SIDE } from '@shared/specs/media';
import type { PictureSignal } from '@shared/specs/media';

/** What was seen of one sampled picture. */
export interface Sample {
  width: number;
  height: number;
  grey: boolean;
}

/** Working sizes an import chooses between when pictures have many sizes. */
const CHOICES = [32, 64, 128] as const;

/**
 * The signal that a dataset's pictures are brought to. Size: what the options say (one side alone means a square); else the
 * pictures' own size where all sampled ones share it and it is in range; else the square of 32, 64 or 128 nearest to
 * the median of their shorter sides, on a scale of ratios. Colour: grey if every sampled picture is grey; whoever
 * decodes all finds out whether that holds.
 */
export function chooseShape(
  options: Pick<ImportOptions, 'height' | 'width' | 'colour'>,
  samples: readonly Sample[],
): { signal: PictureSignal; notes: string[] } {
  const notes: string[] = [];
  let height = options.height ?? options.width;
  let width = options.width ?? options.height;
  if (height === null || width === null) {
    const own = ownSize(samples);
    height = own?.height ?? nearestChoice(samples);
    width = own?.width ?? height;
    const why = own === null ? 'chosen from the pictures’ sizes' : 'the pictures’ own size';
    notes.push(`Working size ${width} × ${height}: ${why}.`);
  }
  const grey =
    options.colour === 'auto'
      ? samples.length > 0 && samples.every((sample) => sample.grey)
      : options.colour === 'grey';
  return { signal: { kind: 'picture', height, width, channels: grey ? 1 : 3 }, notes };
}

function ownSize(samples: readonly Sample[]): { width: number; height: number } | null {
  const [first] = samples;
  if (first === undefined) return null;
  const inRange = (side: number): boolean => side >= MINIMUM_SIDE && side <= MAXIMUM_SIDE;
  const same = samples.every(({ width, height }) => width === first.width && height === first.height);
  return same && inRange(first.width) && inRange(first.height) ? { width: first.width, height: first.height } : null;
}

function nearestChoice(samples: readonly Sample[]): number {
  const sides = samples.map(({ width, height }) => Math.min(width, height)).sort((a, b) => a - b);
  const median = sides[Math.floor(sides.length / 2)] ?? CHOICES[1];
  const distance = (choice: number): number => Math.abs(Math.log(choice / median));
  return CHOICES.reduce((best, choice) => (distance(choice) < distance(best) ? choice : best));
}
