/**
 * A duration as a person would say it: 40 seconds, 12 minutes, 3.5 hours, 2 days. Seconds in tens above twenty, minutes whole, hours and
 * days to the half below ten.
 */
export function roughly(seconds: number): { value: number; unit: 'second' | 'minute' | 'hour' | 'day' } {
  const halves = (value: number): number => (value < 10 ? Math.round(2 * value) / 2 : Math.round(value));
  if (seconds < 20) return { value: Math.max(1, Math.round(seconds)), unit: 'second' };
  if (seconds < 90) return { value: Math.round(seconds / 10) * 10, unit: 'second' };
  if (seconds < 90 * 60) return { value: Math.round(seconds / 60), unit: 'minute' };
  if (seconds < 36 * 3600) return { value: halves(seconds / 3600), unit: 'hour' };
  return { value: halves(seconds / 86_400), unit: 'day' };
}
