import type { Animation } from '@shared/contract';
import { AppError } from '@shared/errors';
import { encodeGif } from '../media/kinds/picture/encode';

/** Frames are shown at least about this large, px: each pixel as a square of them. */
const SHOWN = 256;
const MOST_FRAMES = 64;
/** Pixels of all frames together, enlarged. */
const MOST_PIXELS = 32 * 1024 * 1024;

/**
 * Pictures in turn as a GIF that repeats, small ones enlarged. Throws LIMIT for too many or too large ones; BAD_REQUEST
 * for pixels that are too few.
 */
export function animate({ frames, delay, isBackAndForth }: Animation): Promise<Uint8Array> {
  const {
    signal: { height, width, channels },
    count,
    data: pixels,
  } = frames;
  if (count > MOST_FRAMES) throw new AppError('LIMIT', `An animation has at most ${MOST_FRAMES} frames, not ${count}.`);
  const bytes = height * width * channels;
  if (count < 1 || pixels.length !== count * bytes)
    throw new AppError('BAD_REQUEST', `${count} frames are ${count * bytes} bytes, not ${pixels.length}.`, '', {
      field: 'frames',
    });
  const scale = Math.max(1, Math.floor(SHOWN / Math.max(height, width)));
  const order = Array.from({ length: count }, (_, frame) => frame);
  const turns = isBackAndForth ? [...order, ...order.slice(1, -1).reverse()] : order;
  const [down, across] = [height * scale, width * scale];
  if (turns.length * down * across > MOST_PIXELS)
    throw new AppError(
      'LIMIT',
      `${turns.length} frames of ${across} × ${down} px are too much for an animation.`,
      'Choose fewer.',
    );
  const large = new Uint8Array(turns.length * down * across * 3);
  turns.forEach((frame, turn) => {
    for (let row = 0; row < down; row++) {
      for (let column = 0; column < across; column++) {
        const to = ((turn * down + row) * across + column) * 3;
        const from = ((frame * height + Math.floor(row / scale)) * width + Math.floor(column / scale)) * channels;
        for (let channel = 0; channel < 3; channel++) large[to + channel] = pixels[from + (channel % channels)]!;
      }
    }
  });
  return encodeGif(large, { frames: turns.length, height: down, width: across, delay });
}
