/** How much a `.tsr` file may hold: far above any real one, far below what harms a machine. Checked before anything is allocated. */
export interface CodingLimits {
  /** Codes of all items together: 256 MiB once decoded. No more than a range coder's total. */
  codes: number;
  items: number;
  /** Symbols of all layers' codebooks together: what tables of frequencies take, 64 MiB. */
  symbols: number;
  /** K of one layer. */
  alphabet: number;
  levels: number;
  /** Codes a place. */
  depth: number;
  /** Height and width of pictures and of grids. */
  side: number;
  /** Bytes of one name, in UTF-8. */
  nameBytes: number;
  headerBytes: number;
  /** Facts about an engine. */
  facts: number;
  /** Sequences that a model takes in lockstep. */
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
