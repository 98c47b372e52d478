/** What the reading thread knows of the pack. */
export interface PackLayout {
  file: string;
  height: number;
  width: number;
  channels: number;
}

/** One batch to read: positions in the pack, which of them to mirror, and the memory to fill (given away and back). */
export interface ReadRequest {
  items: Uint32Array;
  flips: Uint8Array;
  pixels: Uint8Array<ArrayBuffer>;
}
export type ReadAnswer = { pixels: Uint8Array<ArrayBuffer> } | { failure: string };
