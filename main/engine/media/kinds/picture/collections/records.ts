/** Held for a record before any of it was read. */
const FIRST_BYTES = 1024 * 1024;

/**
 * Cuts a byte stream into records of equal length, skipping `offset` bytes first. Ends quietly at the end of the
 * stream; a last part shorter than a record is dropped, which the caller sees by counting. Records are views that stay
 * valid.
 */
export async function* records(
  stream: AsyncIterable<Uint8Array>,
  recordBytes: number,
  offset = 0,
): AsyncGenerator<Uint8Array> {
  let toSkip = offset;
  let record = new Uint8Array(Math.min(recordBytes, FIRST_BYTES));
  let filled = 0;
  for await (const chunk of stream) {
    let at = Math.min(toSkip, chunk.length);
    toSkip -= at;
    while (at < chunk.length) {
      if (filled === record.length) record = grown(record, recordBytes);
      const taken = Math.min(record.length - filled, chunk.length - at);
      record.set(chunk.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < recordBytes) continue;
      yield record;
      record = new Uint8Array(recordBytes);
      filled = 0;
    }
  }
}

/** The same bytes with as much room again: a header alone makes nobody allocate. */
function grown(record: Uint8Array<ArrayBuffer>, recordBytes: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(recordBytes, 2 * record.length));
  larger.set(record);
  return larger;
}
