import type { LoadedCodeRun } from '../training';

/** What stands where nothing is to be seen: the codes of a picture of this grey. */
export const GREY = 128;

const known = new WeakMap<LoadedCodeRun, Int32Array>();

/** The codes of a plain grey picture, [latentSize]. */
export function greyCodes(model: LoadedCodeRun): Int32Array {
  const { height, width, channels } = model.info.signal;
  const codes = known.get(model) ?? model.encode(new Uint8Array(height * width * channels).fill(GREY), 1);
  known.set(model, codes);
  return codes;
}

/** Codes [count, latentSize] with a grey picture's codes where one is open (−1). */
export function filledWithGrey(model: LoadedCodeRun, codes: Int32Array): Int32Array {
  const grey = greyCodes(model);
  return codes.map((code, at) => (code < 0 ? (grey[at % grey.length] ?? 0) : code));
}
