import { csvField } from '@shared/formats';
import type { Trace } from './trace';
import { drawnValues } from './trace';

/**
 * All data of a chart, one value a line (tidy form): `series,step,wall,value,smoothed`. `wall` is ISO 8601 in UTC; the last
 * column is there only when smoothing is on. Steps whose value was not finite are written as `NaN`.
 */
export function chartCsv(traces: readonly Trace[], smoothing: number): string {
  const lines = [`series,step,wall,value${smoothing > 0 ? ',smoothed' : ''}`];
  for (const trace of traces) {
    const name = csvField(trace.label);
    const drawn = drawnValues(trace, smoothing);
    let next = 0;
    const writeEvents = (before: number): void => {
      for (; next < trace.events.length && trace.events[next]!.step < before; next++) {
        const event = trace.events[next]!;
        lines.push(`${name},${event.step},${isoTime(event.wall)},NaN${smoothing > 0 ? ',NaN' : ''}`);
      }
    };
    for (let i = 0; i < trace.value.length; i++) {
      writeEvents(trace.step[i]!);
      const value = `${name},${trace.step[i]!},${isoTime(trace.wall[i]!)},${shortest(trace.value[i]!)}`;
      lines.push(smoothing > 0 ? `${value},${shortest(drawn[i]!)}` : value);
    }
    writeEvents(Infinity);
  }
  return `${lines.join('\r\n')}\r\n`;
}

const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** The shortest decimal that reads back as the same 32-bit float. */
function shortest(value: number): string {
  for (let digits = 7; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}
