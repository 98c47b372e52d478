import { type Canvas, type CodesLatent, gridOf, latentOn, latentSize, ownCanvas, placesOf } from '@shared/specs';
import { type LoadedCodePrior, judgeCodes } from '../training';
import { requireCanvas, requireCodesOn } from './canvas';
import { windowOrder } from './fill';
import { breathe } from './long-jobs';
import { requireLabel } from './samples';
import { type WindowOrder, coveringWindows } from './windows';

/**
 * −log p of each code of a picture larger than the prior's own, nats [size of its latent]: each from the window with
 * the most context for it: above and to its left, or around it. Other requests are served between windows.
 * @throws as `requireCanvas` does; BAD_REQUEST for codes or a class that aren't; CANCELLED
 */
export async function surpriseOn(
  loaded: LoadedCodePrior,
  canvas: Canvas,
  codes: Int32Array,
  label: number | null,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const { latent } = loaded.prior;
  requireLabel(loaded, label);
  requireCanvas(loaded.autoencoder, canvas);
  const whole = latentOn(latent, canvas);
  requireCodesOn(codes, whole);
  const own = ownCanvas(latent);
  const known = knowledgeOf(latent, windowOrder(loaded));
  const nats = new Float32Array(latentSize(whole));
  const best = new Float32Array(nats.length).fill(-Infinity);
  for (const corner of coveringWindows(canvas, own)) {
    await breathe(signal);
    const places = placesOf(latent, own, canvas, corner);
    const judged = judgeCodes(
      loaded,
      Int32Array.from(places, (place) => codes[place]!),
      label ?? -1,
    );
    places.forEach((place, at) => {
      if (known[at]! <= best[place]!) return;
      best[place] = known[at]!;
      nats[place] = judged[at]!;
    });
  }
  return nats;
}

/** How much of each place's surroundings is known in a window: larger is more. */
function knowledgeOf({ levels }: CodesLatent, order: WindowOrder): Float32Array {
  const beside = (at: number, size: number): number => (order === 'down' ? at : Math.min(at, size - 1 - at)) / size;
  return Float32Array.from(
    levels.flatMap(({ axes, depth }) => {
      const { height, width } = gridOf({ axes });
      return Array.from({ length: height * width * depth }, (_, place) => {
        const cell = Math.floor(place / depth);
        return beside(Math.floor(cell / width), height) + beside(cell % width, width);
      });
    }),
  );
}
