export type CsvValue = string | number | null | undefined;

/** Lines of a table as CSV (RFC 4180): numbers in full, empty where there is none or it isn't finite. */
export function csvText(lines: readonly (readonly CsvValue[])[]): string {
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

function cell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'number' ? (Number.isFinite(value) ? String(value) : '') : csvField(value);
}

/**
 * A text as a field: quoted where it must be; one that a spreadsheet would take for a formula gets an apostrophe before
 * it.
 */
export function csvField(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
