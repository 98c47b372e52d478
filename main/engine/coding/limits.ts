/**
 * How much a `.tsr` file may hold: far above any real file, far below what harms a machine. Checked before anything is
 * allocated.
 */
export interface CodingLimits {
  /** Most codes of all items together: 256 MiB once decoded, and no more than a range coder's total. */
  codes: number;
  items: number;
  /** Most symbols of all layers' codebooks together: 64 MiB of frequency tables. */
  symbols: number;
  /** Largest codebook size K of one layer. */
  alphabet: number;
  levels: number;
  /** Most codes per place. */
  depth: number;
  /** Height and width of pictures and of grids. */
  side: number;
  /** Longest name, in bytes of UTF-8. */
  nameBytes: number;
  headerBytes: number;
  /** Most facts about an engine. */
  facts: number;
  /** Most sequences that a model takes in lockstep. */
  lanes: number;
}

export const defaultCodingLimits: CodingLimits = {
  codes: 2 ** 26,
  items: 2 ** 20,
  symbols: 2 ** 24,
  alphabet: 65_536,
  levels: 16,
  depth: 256,
  side: 65_536,
  nameBytes: 1024,
  headerBytes: 2 ** 26,
  facts: 32,
  lanes: 4096,
};
