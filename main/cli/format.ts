import { printable } from '@shared/printable';

/** 12345 as "12,345". */
export const wholeNumber = (value: number): string => Math.round(value).toLocaleString('en-US');

/** 1 as "1 item", 12345 as "12,345 items". */
export const counted = (count: number, one: string): string => `${wholeNumber(count)} ${one}${count === 1 ? '' : 's'}`;

/** 2000000 bytes as "2.0 MB", in powers of 1,000. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

/** Four significant digits, without exponent where that stays readable. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential(3) : String(Number(value.toPrecision(4)));
}

/** Rows under headings, a line each, columns as wide as their widest cell. */
export function table(headings: string[], content: string[][]): string[] {
  const rows = content.map((cells) => cells.map(printable));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lay = (cells: string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [headings, ...rows].map(lay);
}
