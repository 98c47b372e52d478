import { describe, expect, it } from 'vitest';
import { psnr } from '../../main/engine/media/kinds/picture/psnr';
import { goldenText } from './golden';

interface Case {
  original: number[];
  other: number[];
  psnr: number;
}

describe('PSNR against scikit-image', () => {
  const cases = JSON.parse(goldenText('psnr.json')) as Case[];
  it.each(cases)('is $psnr dB', ({ original, other, psnr: expected }) => {
    const error = original.reduce((sum, value, index) => sum + (value - other[index]!) ** 2, 0) / original.length;
    expect(psnr(error)).toBeCloseTo(expected, 10);
  });
});
