import { AppError } from '../errors';

/** Larger frames are refused on both sides: nothing Tessera sends comes near it. */
export const MAX_FRAME_BYTES = 512 * 1024 * 1024;
const HEADER_BYTES = 4;

/** A message for a byte stream: its length as a 32-bit big-endian integer, then its bytes. */
export function frame(message: Uint8Array): Uint8Array {
  if (message.byteLength > MAX_FRAME_BYTES) {
    throw new AppError('LIMIT', `A message of ${message.byteLength} bytes is larger than a pipe carries.`);
  }
  const framed = new Uint8Array(HEADER_BYTES + message.byteLength);
  new DataView(framed.buffer).setUint32(0, message.byteLength);
  framed.set(message, HEADER_BYTES);
  return framed;
}

/**
 * Cuts a byte stream into messages, however its chunks fall. Returns the function to feed chunks to.
 * Throws LIMIT when a header announces more than MAX_FRAME_BYTES, before anything of that size is allocated.
 */
export function createFrameReader(onMessage: (message: Uint8Array) => void): (chunk: Uint8Array) => void {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;

  const take = (count: number): Uint8Array => {
    const taken = new Uint8Array(count);
    let filled = 0;
    while (filled < count) {
      const head = pending[0]!;
      const part = head.subarray(0, count - filled);
      taken.set(part, filled);
      filled += part.byteLength;
      if (part.byteLength === head.byteLength) pending.shift();
      else pending[0] = head.subarray(part.byteLength);
    }
    pendingBytes -= count;
    return taken;
  };

  let expected: number | null = null;
  return (chunk) => {
    pending.push(chunk);
    pendingBytes += chunk.byteLength;
    for (;;) {
      if (expected === null) {
        if (pendingBytes < HEADER_BYTES) return;
        expected = new DataView(take(HEADER_BYTES).buffer).getUint32(0);
        if (expected > MAX_FRAME_BYTES) {
          pending = [];
          throw new AppError('LIMIT', `A message of ${expected} bytes is larger than a pipe carries.`);
        }
      }
      if (pendingBytes < expected) return;
      const message = take(expected);
      expected = null;
      onMessage(message);
    }
  };
}
