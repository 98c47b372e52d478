import { crc32 } from 'node:zlib';

/** Signature and header, which every PNG begins with: 8 bytes, and a chunk of 13 with its length, type and checksum. */
const BEGINNING = 8 + 12 + 13;
/** Keyword's end; not compressed, by no method; no language, no translated keyword (PNG, third edition, section 11.3.3.4). */
const PLAIN = Uint8Array.of(0, 0, 0, 0, 0);

/** A PNG with one more text in it, which viewers ignore and any PNG library reads: chunk `iTXt`, UTF-8. The pixels stay as they are. */
export function withPngText(png: Uint8Array, keyword: string, text: string): Uint8Array {
  const body = Buffer.concat([Buffer.from('iTXt'), Buffer.from(keyword, 'latin1'), PLAIN, Buffer.from(text)]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, BEGINNING), length, body, checksum, png.subarray(BEGINNING)]);
}
