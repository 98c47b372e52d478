/** Text in a PNG file (PNG specification, third edition, sections 5.3 and 11.3.3). */

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** Length and type before a chunk's data, and its checksum after it, in bytes. */
const HEAD = 8;
const TAIL = 4;
const IHDR_BYTES = 13;

/**
 * The PNG with one more text in it, which viewers ignore and any PNG library reads; the pixels stay as they are. A
 * `tEXt` chunk after its header where the text is Latin-1, else `iTXt` (UTF-8).
 * @param keyword 1 to 79 characters of ASCII
 * @throws Error if it isn't a PNG
 */
export function withPngText(png: Uint8Array, keyword: string, text: string): Uint8Array<ArrayBuffer> {
  if (SIGNATURE.some((byte, at) => png[at] !== byte)) throw new Error('This is no PNG file.');
  if (!/^[ -~]{1,79}$/.test(keyword)) throw new Error('A keyword has 1 to 79 characters of ASCII.');
  const after = SIGNATURE.length + HEAD + IHDR_BYTES + TAIL;
  const chunk = chunkOf(...textOf(keyword, text));
  const out = new Uint8Array(png.length + chunk.length);
  out.set(png.subarray(0, after));
  out.set(chunk, after);
  out.set(png.subarray(after), after + chunk.length);
  return out;
}

function textOf(keyword: string, text: string): [type: string, data: Uint8Array] {
  if (/^[\0-\xff]*$/.test(text)) return ['tEXt', latin1(`${keyword}\0${text}`)];
  // the keyword's end; not compressed, by no method; no language, no translated keyword
  const [head, body] = [latin1(`${keyword}\0\0\0\0\0`), new TextEncoder().encode(text)];
  const data = new Uint8Array(head.length + body.length);
  data.set(head);
  data.set(body, head.length);
  return ['iTXt', data];
}

function chunkOf(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(HEAD + data.length + TAIL);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(latin1(type), 4);
  chunk.set(data, HEAD);
  view.setUint32(HEAD + data.length, crc32(chunk.subarray(4, HEAD + data.length)));
  return chunk;
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

/** Cyclic redundancy check of PNG chunks (ISO 3309), as an unsigned number of 32 bits. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
