import { AppError } from '@shared/errors';
import { decodeElements, type NpyHeader } from '../npy';

/** How the numbers of an array become pixels. */
export interface Scale {
  toByte(value: number): number;
  /** What was assumed, for the report; null where there was nothing to assume. */
  note: string | null;
}

const clampByte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

/**
 * Decides from all values of an array which range they use: 0…1, −1…1, 0…255 or (integers) 0…65535. `read` gives the
 * array's records anew. Throws BAD_FILE for values that fit none.
 */
export async function chooseScale(
  name: string,
  header: NpyHeader,
  read: () => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Scale> {
  if (header.type === 'uint8') return { toByte: clampByte, note: null };
  if (header.type === 'bool')
    return { toByte: (value) => value * 255, note: `“${name}” holds truth values: false is black, true is white.` };
  let minimum = Infinity;
  let maximum = -Infinity;
  for await (const record of read()) {
    signal.throwIfAborted();
    for (const value of decodeElements(record, header)) {
      if (!Number.isFinite(value)) throw new AppError('BAD_FILE', `“${name}” holds NaN or infinity`);
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
  }
  const assumed = (range: string): string =>
    `“${name}” holds numbers from ${minimum} to ${maximum}: taken as ${range}, black to white.`;
  const whole = header.type.includes('int');
  if (!whole && minimum >= 0 && maximum <= 1)
    return { toByte: (value) => clampByte(value * 255), note: assumed('0 to 1') };
  if (!whole && minimum >= -1 && maximum <= 1)
    return { toByte: (value) => clampByte((value + 1) * 127.5), note: assumed('−1 to 1') };
  if (minimum >= 0 && maximum <= 255) return { toByte: clampByte, note: assumed('0 to 255') };
  if (whole && minimum >= 0 && maximum <= 65535)
    return { toByte: (value) => clampByte(value / 257), note: assumed('0 to 65535') };
  throw new AppError(
    'BAD_FILE',
    `“${name}” holds numbers from ${minimum} to ${maximum}; expected 0 to 1, −1 to 1 or 0 to 255`,
  );
}
