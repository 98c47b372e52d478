import { valuesOf } from '@shared/specs';
import type { LoadedCodeRun } from '../training';

/** What stands where nothing is to be seen: the codes of a picture of this grey. */
export const GREY = 128;

/** The codes of a plain grey picture, [latentSize]. */
export function greyCodes(model: LoadedCodeRun): Int32Array {
  return model.program.once('grey-codes', () =>
    model.encode(new Uint8Array(valuesOf(model.info.signal)).fill(GREY), 1),
  );
}

/** Codes [count, latentSize] with a grey picture's codes where one is open (−1). */
export function filledWithGrey(model: LoadedCodeRun, codes: Int32Array): Int32Array {
  const grey = greyCodes(model);
  return codes.map((code, at) => (code < 0 ? (grey[at % grey.length] ?? 0) : code));
}
