import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter } from './bytes';
import { damaged } from './damaged';
import { type TsrHeader, readHeader, writeHeader } from './header';
import { type CodingLimits, defaultCodingLimits } from './limits';

/**
 * A signature like PNG's: a non-ASCII byte, the name, both line endings and an end of file, which reveal a file damaged
 * by a text transfer.
 */
const MAGIC = Uint8Array.of(0x89, 0x54, 0x53, 0x52, 0x0d, 0x0a, 0x1a, 0x0a);
const VERSION = 1;

/** A file as it was read: both CRCs, the header's and the payload's, are right; the codes are not decoded yet. */
export interface OpenedTsr {
  header: TsrHeader;
  /** A view into the file, not a copy. */
  payload: Uint8Array;
  /** Number of bytes that are not payload. */
  overheadBytes: number;
}

/**
 * Writes a `.tsr` file, version 1; numbers are little-endian:
 *
 *     89 54 53 52 0D 0A 1A 0A   magic
 *     byte                      version: 1
 *     uint32 · bytes · uint32   length of the header, the header (`writeHeader`), its CRC-32
 *     uint32 · bytes · uint32   length of the payload, the payload, its CRC-32
 *
 * and nothing after that. The same content gives the same bytes.
 * @throws LIMIT naming what doesn't fit in a file
 */
export function writeTsr(header: TsrHeader, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.raw(MAGIC);
  writer.byte(VERSION);
  for (const part of [writeHeader(header), payload]) {
    writer.uint32(part.length);
    writer.raw(part);
    writer.uint32(crc32(part));
  }
  return writer.finish();
}

/**
 * Opens a `.tsr` file without decoding it; `limits` bounds what decoding may need.
 * @throws BAD_FILE saying what is wrong and where
 */
export function readTsr(bytes: Uint8Array, limits: CodingLimits = defaultCodingLimits): OpenedTsr {
  const reader = new ByteReader(bytes, 'the file');
  if (bytes.length < MAGIC.length || MAGIC.some((byte, at) => bytes[at] !== byte))
    throw damaged('it does not begin as a .tsr file does');
  reader.raw('the magic', MAGIC.length);
  const version = reader.byte('the version');
  if (version !== VERSION)
    throw damaged(`it has version ${version} of the format, and this Tessera reads version ${VERSION}`);
  const header = readPart(reader, 'header', limits.headerBytes);
  const payload = readPart(reader, 'payload', bytes.length);
  reader.end();
  return { header: readHeader(header, limits), payload, overheadBytes: bytes.length - payload.length };
}

function readPart(reader: ByteReader, name: string, most: number): Uint8Array {
  const length = reader.uint32(`the length of its ${name}`);
  if (length > most) throw damaged(`its ${name} has ${length} bytes, more than ${most}`);
  const part = reader.raw(`its ${name}`, length);
  if (crc32(part) !== reader.uint32(`the CRC of its ${name}`)) throw damaged(`its ${name} does not match its CRC`);
  return part;
}

/** CRC-32 of codes, each in 32 bits, little-endian as every machine that TensorFlow runs on is. */
export function codesCrc(codes: Int32Array): number {
  return crc32(new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength));
}
