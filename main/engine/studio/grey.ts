import { mediumOf, newItems } from '@shared/specs';
import type { LoadedCodeRun } from '../training';

/** What stands where nothing is to be seen: the codes of a picture of this grey. */
export const GREY = 128;

/** The codes of an item whose values are all in the middle of their range, a plain grey picture: [latentSize]. */
export function greyCodes(model: LoadedCodeRun): Int32Array {
  const { signal } = model.info;
  const [low, high] = mediumOf(signal).range;
  const middle = signal.kind === 'picture' ? GREY : (low + high) / 2;
  return model.program.once('grey-codes', () => model.encode(newItems(signal, 1).fill(middle), 1));
}

/** Codes [count, latentSize] with a grey picture's codes where one is open (−1). */
export function filledWithGrey(model: LoadedCodeRun, codes: Int32Array): Int32Array {
  const grey = greyCodes(model);
  return codes.map((code, at) => (code < 0 ? (grey[at % grey.length] ?? 0) : code));
}
