import { zipSync } from 'fflate';
import type { Comparison, ExportResult } from '@shared/contract';
import { AppError } from '@shared/errors';
import { saveBytes } from '@/components/save-bytes';
import type { useConnection } from '@/stores/connection';

type Reader = Pick<ReturnType<typeof useConnection>, 'request'>;

/**
 * Fetches an export piece by piece and hands it to the person: one file as it is, several as one zip that keeps their
 * folders, since a SavedModel is nothing without them. `title` becomes the zip's name.
 */
export async function downloadExport(
  connection: Reader,
  made: ExportResult & { id: string },
  title: string,
): Promise<void> {
  const files: Record<string, Uint8Array> = {};
  for (const { name, bytes } of made.files) files[name] = await readWhole(connection, made.id, name, bytes);
  const [only, ...others] = Object.entries(files);
  if (only && others.length === 0) return saveBytes(only[0], only[1], 'application/octet-stream');
  saveZip(title, files);
}

/** Hands files to the person as one zip, stored, not squeezed: weights and PNGs are noise to a compressor. */
export function saveZip(title: string, files: Readonly<Record<string, Uint8Array>>): void {
  saveBytes(`${fileNameOf(title)}.zip`, zipSync(files, { level: 0 }), 'application/zip');
}

/** One file of a comparison, as it is. */
export async function downloadFile(
  connection: Reader,
  { id, files }: Pick<Comparison, 'id' | 'files'>,
  name: string,
  mime: string,
): Promise<void> {
  const size = files.find((file) => file.name === name)?.bytes ?? 0;
  saveBytes(name, await readWhole(connection, id, name, size), mime);
}

/** One file, in as many answers as it takes. */
async function readWhole(connection: Reader, id: string, file: string, size: number): Promise<Uint8Array> {
  const whole = new Uint8Array(size);
  for (let offset = 0; offset < size;) {
    const { bytes } = await connection.request('exports.read', { id, file, offset });
    if (bytes.byteLength === 0 || offset + bytes.byteLength > size) {
      throw new AppError('BAD_FILE', `“${file}” changed while it was read.`, 'Export it again.');
    }
    whole.set(bytes, offset);
    offset += bytes.byteLength;
  }
  return whole;
}

/** A title as a file name on every system. */
export const fileNameOf = (title: string): string =>
  title.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+|-+$/g, '') || 'export';
