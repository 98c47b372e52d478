import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../main/engine/media/kinds/picture/decode';
import type { TargetShape } from '../../main/engine/media/kinds/picture/raw';
import { golden } from './golden';

const found = golden('preprocess.npz');
const cases = JSON.parse(found.text('cases')) as { file: string; target: TargetShape }[];
const source = new URL('../../main/engine/export/python/preprocess.py', import.meta.url);

/** The largest and the mean difference, in levels of 255, that another library's resizing may make, or 16 bits in grey. */
const apart = ({ file, target }: (typeof cases)[number]): { most: number; mean: number } => {
  if (file === 'larger.jpg') return { most: 40, mean: 5 };
  if (file.startsWith('larger')) return { most: 20, mean: 1.8 };
  if (file.startsWith('smaller')) return { most: 6, mean: 0.5 };
  return { most: file.startsWith('deep') && target.channels === 1 ? 2 : 0, mean: 0.5 };
};

describe('preprocess.py of an export', () => {
  it('is the one that made the golden file (else run test/oracle/preprocess.py)', () => {
    expect(found.text('preprocess.py')).toBe(createHash('sha256').update(readFileSync(source)).digest('hex'));
  });

  const titled = cases.map((one, at) => {
    const { channels, fit, background } = one.target;
    return [`${one.file}, ${channels === 1 ? 'grey' : 'RGB'}, ${fit} on ${background}`, one, at] as const;
  });
  it.each(titled)('makes of a file what Tessera makes of it: %s', async (_, one, at) => {
    const { pixels } = await decodePicture(found.bytes(`files/${one.file}`), one.target);
    const expected = found.bytes(`pixels/${at}`);
    expect(pixels.length).toBe(expected.length);
    const differences = Array.from(pixels, (value, i) => Math.abs(value - expected[i]!));
    const { most, mean } = apart(one);
    expect(Math.max(...differences)).toBeLessThanOrEqual(most);
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThanOrEqual(mean);
  });
});
