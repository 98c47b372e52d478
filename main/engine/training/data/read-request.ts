import type { Augmentation, Signal } from '@shared/specs';

/** What the reading thread knows of the pack and of what is done to its items. */
export interface PackLayout {
  file: string;
  itemBytes: number;
  signal: Signal;
  /** As the signal's medium means it. */
  augmentation: Augmentation;
}

/**
 * One batch to read: positions in the pack, 32 random bits for the augmentation of each, and the memory to fill (given away and
 * back).
 */
export interface ReadRequest {
  items: Uint32Array;
  bits: Uint32Array;
  bytes: Uint8Array<ArrayBuffer>;
}
export type ReadAnswer = { bytes: Uint8Array<ArrayBuffer> } | { failure: string };
