import { crc32, inflateRawSync } from 'node:zlib';
import { AppError } from '@shared/errors';

/** An entry as the archive's directory describes it. */
export interface ZipRecord {
  /** The name's bytes, in whatever encoding. */
  rawName: Uint8Array;
  flags: number;
  method: number;
  crc32: number;
  packedBytes: number;
  bytes: number;
}

export const ZIP_STORED = 0;
export const ZIP_DEFLATED = 8;
/** Length of an entry's local header up to its name, in bytes. */
export const ZIP_LOCAL_BYTES = 30;

const ENCRYPTED = 1;
/** Flag: checksum and sizes follow the content; the local header may then hold zeros. */
const SIZES_FOLLOW = 8;
const END = 0x06054b50;
const END_BYTES = 22;
const END_64 = 0x06064b50;
const END_64_BYTES = 56;
const LOCATOR_64 = 0x07064b50;
const LOCATOR_64_BYTES = 20;
const RECORD = 0x02014b50;
const RECORD_BYTES = 46;
const LOCAL = 0x04034b50;
const SIZES_64 = 0x0001;
/** In a 32-bit field: the number is among the extra fields, as 64 bits. */
const SEE_EXTRA = 0xffffffff;
const COUNT_SEE_64 = 0xffff;
/** Deflate can't exceed 1032 to 1: an entry that claims more lies about its size. */
const MAXIMUM_RATIO = 1032;

/**
 * Unpacks the entries accepted by `wanted` from a zip archive in memory, in the order of its directory. Every local
 * header must agree with the directory, and unpacked content with its checksum and size.
 * @throws BAD_FILE naming the damaged entry, or saying that it is no zip archive; what `wanted` throws
 */
export function readZip(
  archive: Uint8Array,
  wanted: (entry: { name: string; bytes: number }) => boolean,
): [name: string, content: Uint8Array][] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const entries: [string, Uint8Array][] = [];
  for (const { record, offset } of directoryOf(bytes)) {
    const name = nameOf(record.rawName);
    try {
      const begin = offset + checkLocalHeader(bytes.subarray(offset), record);
      if (begin + record.packedBytes > bytes.length) throw new Error('the archive ends inside it');
      if (record.flags & ENCRYPTED) throw new Error('it is encrypted');
      if (record.bytes > (record.packedBytes + 16) * MAXIMUM_RATIO)
        throw new Error('it has not the size the archive says');
      if (!wanted({ name, bytes: record.bytes })) continue;
      entries.push([name, unpack(bytes.subarray(begin, begin + record.packedBytes), record)]);
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      throw damagedEntry(name, thrown);
    }
  }
  return entries;
}

/**
 * Length of the local header at the start of `local`. Throws an Error that says what is wrong if the header is
 * damaged or disagrees with the archive's directory.
 */
export function checkLocalHeader(local: Buffer, record: ZipRecord): number {
  if (local.length < ZIP_LOCAL_BYTES || local.readUInt32LE(0) !== LOCAL) throw new Error('its header is damaged');
  const flags = local.readUInt16LE(6);
  const nameEnd = ZIP_LOCAL_BYTES + local.readUInt16LE(26);
  const end = nameEnd + local.readUInt16LE(28);
  if (local.length < end) throw new Error('its header is damaged');
  const [bytes, packedBytes] = wideSizes(local.subarray(nameEnd, end), [
    local.readUInt32LE(22),
    local.readUInt32LE(18),
  ]);
  const agrees = (own: number, stated: number): boolean =>
    own === stated || ((flags & SIZES_FOLLOW) !== 0 && own === 0);
  const isRight =
    local.subarray(ZIP_LOCAL_BYTES, nameEnd).equals(record.rawName) &&
    (flags & ENCRYPTED) === (record.flags & ENCRYPTED) &&
    local.readUInt16LE(8) === record.method &&
    agrees(local.readUInt32LE(14), record.crc32) &&
    agrees(packedBytes!, record.packedBytes) &&
    agrees(bytes!, record.bytes);
  if (!isRight) throw new Error('its header says something else than the archive’s directory');
  return end;
}

/** Length that a local header states for itself; `local` holds its first `ZIP_LOCAL_BYTES` bytes. */
export const localHeaderBytes = (local: Buffer): number =>
  ZIP_LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);

/** Throws if the size or checksum of content differs from what the archive's directory states. */
export function checkContent(content: Uint8Array, record: Pick<ZipRecord, 'bytes' | 'crc32'>): void {
  if (content.length !== record.bytes) throw new Error('it has not the size the archive says');
  if (crc32(content) !== record.crc32) throw new Error('its checksum is wrong');
}

function unpack(packed: Buffer, record: ZipRecord): Uint8Array {
  const { method, bytes } = record;
  if (method !== ZIP_STORED && method !== ZIP_DEFLATED) throw new Error(`it is packed by method ${method}`);
  const content = method === ZIP_STORED ? new Uint8Array(packed) : inflate(packed, bytes);
  checkContent(content, record);
  return content;
}

/** Unpacks deflated bytes to at most `most` bytes. Throws an Error that says what is wrong. */
function inflate(packed: Uint8Array, most: number): Uint8Array {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, most) });
  } catch (cause) {
    throw new Error('it does not unpack', { cause });
  }
}

function* directoryOf(bytes: Buffer): Generator<{ record: ZipRecord; offset: number }> {
  const { count, begin, end } = placeOf(bytes);
  let at = begin;
  for (let index = 0; index < count; index++) {
    if (at + RECORD_BYTES > end || bytes.readUInt32LE(at) !== RECORD) throw noArchive('its directory is damaged');
    const nameEnd = at + RECORD_BYTES + bytes.readUInt16LE(at + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
    const next = extraEnd + bytes.readUInt16LE(at + 32);
    if (next > end) throw noArchive('its directory is damaged');
    const [size, packedBytes, offset] = wideSizes(bytes.subarray(nameEnd, extraEnd), [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 42),
    ]);
    const record: ZipRecord = {
      rawName: bytes.subarray(at + RECORD_BYTES, nameEnd),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      crc32: bytes.readUInt32LE(at + 16),
      packedBytes: packedBytes!,
      bytes: size!,
    };
    yield { record, offset: Math.min(offset!, bytes.length) };
    at = next;
  }
  if (at !== end) throw noArchive('its directory is damaged');
}

/** Finds the directory from the end of the archive. */
function placeOf(bytes: Buffer): { count: number; begin: number; end: number } {
  let at = bytes.length - END_BYTES;
  const isEnd = (): boolean =>
    bytes.readUInt32LE(at) === END && bytes.readUInt16LE(at + 20) === bytes.length - at - END_BYTES;
  while (at >= 0 && at >= bytes.length - END_BYTES - 0xffff && !isEnd()) at--;
  if (at < 0 || !isEnd()) throw noArchive('its end is missing');
  const place = {
    count: bytes.readUInt16LE(at + 10),
    size: bytes.readUInt32LE(at + 12),
    begin: bytes.readUInt32LE(at + 16),
  };
  let end = at;
  if (place.count === COUNT_SEE_64 || place.size === SEE_EXTRA || place.begin === SEE_EXTRA) {
    const locator = at - LOCATOR_64_BYTES;
    end = locator >= 0 && bytes.readUInt32LE(locator) === LOCATOR_64 ? wide(bytes, locator + 8) : -1;
    if (end < 0 || end + END_64_BYTES > bytes.length || bytes.readUInt32LE(end) !== END_64)
      throw noArchive('its end is damaged');
    Object.assign(place, { count: wide(bytes, end + 32), size: wide(bytes, end + 40), begin: wide(bytes, end + 48) });
  }
  if (place.begin + place.size !== end) throw noArchive('its directory is damaged');
  return { count: place.count, begin: place.begin, end };
}

/** Reads 32-bit numbers; those that don't fit are among the extra fields as 64 bits, in this order. */
function wideSizes(extra: Buffer, sizes: number[]): number[] {
  if (!sizes.includes(SEE_EXTRA)) return sizes;
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    at += 4;
    if (id === SIZES_64) {
      let from = at;
      const end = Math.min(extra.length, at + length);
      return sizes.map((size) => {
        if (size !== SEE_EXTRA || from + 8 > end) return size;
        from += 8;
        return wide(extra, from - 8);
      });
    }
    at += length;
  }
  return sizes;
}

/** Reads a 64-bit number. Beyond 2^53 it is no plausible size, and loses its last digits without harm. */
const wide = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

function nameOf(raw: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    return Buffer.from(raw).toString('latin1');
  }
}

function damagedEntry(name: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('BAD_FILE', `“${name}” in it is damaged (${reason}).`, COPY_AGAIN, { cause });
}

const COPY_AGAIN = 'Copy or download the file again.';

const noArchive = (reason: string): AppError =>
  new AppError('BAD_FILE', `It is not a zip archive, or it is damaged (${reason}).`, COPY_AGAIN);
