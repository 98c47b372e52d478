import { AppError } from '@shared/errors';
import type { PictureFormat } from './codec';

/**
 * Bytes of a file that hold the picture itself: what would be left if everything that many pictures of one kind share
 * were stored once elsewhere (signatures, sizes, quantisation and Huffman tables, checksums). Only of files as
 * `encodeLossy` and `encodeLossless` write them.
 *
 * - JPEG (ITU-T T.81): the entropy-coded segment of its scan.
 * - PNG (RFC 2083): its IDAT chunks' data without zlib's header and checksum, 6 bytes.
 * - WebP (RFC 9649, RFC 6386): the `VP8 ` chunk's data without the frame's tag, start code and size, 10 bytes. What
 *   else a frame says of itself is arithmetic-coded with the picture and can't be separated; it counts.
 */
export function pictureDataBytes(format: PictureFormat, file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return { jpeg: scanBytes, png: deflatedBytes, webp: frameBytes }[format](view);
}

const SOI = 0xffd8;
const SOS = 0xffda;
const EOI_BYTES = 2;

function scanBytes(view: DataView): number {
  if (view.getUint16(0) !== SOI) throw unknown('JPEG');
  for (let at = 2; at + 4 <= view.byteLength;) {
    const [marker, length] = [view.getUint16(at), view.getUint16(at + 2)];
    at += 2 + length;
    if (marker === SOS) return view.byteLength - at - EOI_BYTES;
  }
  throw unknown('JPEG');
}

const PNG_SIGNATURE = 8;
const CHUNK_OVERHEAD = 12;
const ZLIB_OVERHEAD = 6;

function deflatedBytes(view: DataView): number {
  let bytes = 0;
  for (let at = PNG_SIGNATURE; at + CHUNK_OVERHEAD <= view.byteLength;) {
    const length = view.getUint32(at);
    if (nameAt(view, at + 4) === 'IDAT') bytes += length;
    at += CHUNK_OVERHEAD + length;
  }
  if (bytes <= ZLIB_OVERHEAD) throw unknown('PNG');
  return bytes - ZLIB_OVERHEAD;
}

const RIFF_HEADER = 12;
const FRAME_HEADER = 10;

function frameBytes(view: DataView): number {
  for (let at = RIFF_HEADER; at + 8 <= view.byteLength;) {
    const length = view.getUint32(at + 4, true);
    if (nameAt(view, at) === 'VP8 ') return length - FRAME_HEADER;
    at += 8 + length + (length % 2);
  }
  throw unknown('WebP');
}

const nameAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(at + byte)));

const unknown = (format: string) => new AppError('INTERNAL', `This ${format} is not of the kind that was asked for.`);
