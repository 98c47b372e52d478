import { AppError } from '@shared/errors';

const MAXIMUM_DEPTH = 32;
const MAXIMUM_SEGMENT_BYTES = 255;
// names that Windows takes for devices, whatever their ending
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * Splits the path of an uploaded file, as the page names it (`photos/cat/1.png`). Throws DENIED for anything but
 * plain names below the upload: absolute paths, `..`, drive letters, streams, control characters.
 */
export function uploadPath(given: string): string[] {
  const parts = given.split(/[/\\]/);
  const isPlain = (part: string): boolean =>
    part !== '' &&
    part !== '.' &&
    part !== '..' &&
    !/[\u0000-\u001f\u007f:*?"<>|]/.test(part) &&
    !/[. ]$/.test(part) &&
    !device.test(part) &&
    Buffer.byteLength(part) <= MAXIMUM_SEGMENT_BYTES;
  if (parts.length > MAXIMUM_DEPTH || !parts.every(isPlain)) {
    throw new AppError(
      'DENIED',
      `"${given}" is not the name of a file inside an upload.`,
      'Rename the file and choose it again.',
      { field: 'path' },
    );
  }
  return parts;
}
