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

/** Seconds as `1:02:03` or `2:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (part: number): string => String(part).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}
