import type { MediumKind, Signal } from '@shared/specs';
import type { MediumTensors } from './medium-tensors';
import { pictureTensors } from './picture/tensors';

const known: { [Kind in MediumKind]: MediumTensors<Extract<Signal, { kind: Kind }>> } = { picture: pictureTensors };

/** What every medium's items are to evaluations. Open, so that a test can add one of its own. */
export const mediaTensors = new Map<string, MediumTensors>(Object.entries(known));

/** What items of a signal are to evaluations. */
export function tensorsOf({ kind }: { kind: string }): MediumTensors {
  const tensors = mediaTensors.get(kind);
  if (!tensors) throw new Error(`Nothing evaluates the medium "${kind}".`);
  return tensors;
}
