const SIGNIFICANT = 4;

/** A measured value for people: four significant digits, powers of ten only where a plain number would be unreadable. */
export function formatValue(value: number, locale: string): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const notation = size !== 0 && (size < 1e-4 || size >= 1e9) ? 'scientific' : 'standard';
  const digits = size >= 10 ** SIGNIFICANT ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: SIGNIFICANT };
  return new Intl.NumberFormat(locale, { notation, ...digits }).format(value);
}
