/** How much an import may take on; far above any real dataset, far below what harms a machine. */
export interface ImportLimits {
  /** Pixels of one picture. */
  pixels: number;
  /** Bytes of one picture file, unpacked. */
  fileBytes: number;
  /** Files and folders in all sources together. */
  entries: number;
  /** Folders that hold pictures, over all sources: each is kept in memory once. */
  folders: number;
  /** Bytes an archive may unpack to, over all its entries. */
  archiveBytes: number;
  /** How many times larger than its packed self an archive (or one entry) may unpack to … */
  ratio: number;
  /** … once it has unpacked to this many bytes: small flat pictures compress very well. */
  ratioFromBytes: number;
  /** Bytes of a label or class-name file. */
  labelBytes: number;
}

const MEBIBYTE = 1024 * 1024;

export const defaultLimits: ImportLimits = {
  pixels: 100_000_000,
  fileBytes: 128 * MEBIBYTE,
  entries: 10_000_000,
  folders: 100_000,
  archiveBytes: 2 * MEBIBYTE * MEBIBYTE,
  ratio: 200,
  ratioFromBytes: 32 * MEBIBYTE,
  labelBytes: 128 * MEBIBYTE,
};

/** Whether unpacking `unpacked` bytes from `packed` looks like a bomb. */
export function looksLikeBomb(packed: number, unpacked: number, limits: ImportLimits): boolean {
  return unpacked > limits.archiveBytes || (unpacked > limits.ratioFromBytes && unpacked > packed * limits.ratio);
}

/** `1536` → `1.5 KB`: sizes as a report says them. */
export function humanBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${units[unit]}`;
}
