import { AppError } from '@shared/errors';
import { decodePicture, type DecodedPicture } from './decode';
import { sniff } from './formats';
import type { TargetShape } from './raw';

/**
 * A single picture file a person opened or dropped, brought to a model's shape (centre crop on white by default).
 * Throws BAD_FILE or LIMIT with a sentence that names the file.
 */
export async function decodePictureFile(
  name: string,
  bytes: Uint8Array,
  shape: Pick<TargetShape, 'height' | 'width' | 'channels'> & Partial<TargetShape>,
): Promise<DecodedPicture> {
  try {
    const sniffed = sniff(bytes, name); // by name too: a camera's file looks like a TIFF
    if ('other' in sniffed) throw new AppError('BAD_FILE', sniffed.other);
    return await decodePicture(bytes, { fit: 'crop', background: 'white', ...shape });
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const hint = 'Tessera reads PNG, JPEG, WebP, AVIF, GIF, BMP, TIFF and PPM pictures.';
    throw new AppError(thrown.code, `${name} can't be opened as a picture: ${thrown.message}.`, hint, {
      cause: thrown,
    });
  }
}
