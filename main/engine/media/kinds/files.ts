import type { MediumKind, Signal } from '@shared/specs/media';
import type { MediumFiles } from './kind';
import { pictureFiles } from './picture/files';

const known: { [Kind in MediumKind]: MediumFiles<Extract<Signal, { kind: Kind }>> } = { picture: pictureFiles };

/** How every medium reads and writes files. Open, so that a test can add one of its own. */
export const mediaFiles = new Map<string, MediumFiles>(Object.entries(known));

/** How a signal's medium reads and writes files. */
export function filesOf({ kind }: { kind: string }): MediumFiles {
  const files = mediaFiles.get(kind);
  if (!files) throw new Error(`Nothing reads or writes files of the medium "${kind}".`);
  return files;
}
