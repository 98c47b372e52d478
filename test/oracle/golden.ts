import { readFileSync } from 'node:fs';
import { readNpz } from '../../main/engine/formats/npz';

const folder = new URL('./golden/', import.meta.url);

/** The arrays and texts of a golden file. */
export function golden(name: string) {
  const { arrays, texts } = readNpz(new Uint8Array(readFileSync(new URL(name, folder))));
  const array = (key: string) => {
    const found = arrays[key];
    if (!found) throw new Error(`${name} has no "${key}"`);
    return found;
  };
  return {
    names: Object.keys(arrays),
    shape: (key: string) => array(key).shape,
    floats: (key: string) => Float32Array.from(array(key).data as Float32Array),
    doubles: (key: string) => Float64Array.from(array(key).data as Float64Array),
    integers: (key: string) => Int32Array.from(array(key).data as Int32Array),
    bytes: (key: string) => Uint8Array.from(array(key).data as Uint8Array),
    text: (key: string) => texts[key] ?? '',
  };
}

export function goldenText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

/** The largest difference of two arrays, relative to the largest value expected. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) throw new Error(`${found.length} values, expected ${expected.length}`);
  let [difference, largest] = [0, 1e-12];
  for (let index = 0; index < expected.length; index++) {
    const off = Math.abs((found[index] ?? NaN) - (expected[index] ?? NaN));
    difference = Number.isNaN(off) ? Infinity : Math.max(difference, off);
    largest = Math.max(largest, Math.abs(expected[index] ?? 0));
  }
  return difference / largest;
}
