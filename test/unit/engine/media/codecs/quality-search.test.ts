import { describe, expect, it } from 'vitest';
import { firstReaching, lastWithin } from '../../../../../main/engine/media/kinds/picture/codecs';

/** Scripted sizes: 600 bytes of headers and 10 a step of quality. Keeps what was asked. */
function scripted(sizeAt: (quality: number) => number = (quality) => 600 + 10 * quality) {
  const asked: number[] = [];
  return {
    asked,
    at: (quality: number) => {
      asked.push(quality);
      return Promise.resolve(sizeAt(quality));
    },
  };
}

describe('the quality for a size', () => {
  it.each([
    [610, 1],
    [619, 1],
    [620, 2],
    [1000, 40],
    [1599, 99],
    [1600, 100],
    [10_000, 100],
  ])('within %i bytes is %i', async (most, quality) => {
    const { at, asked } = scripted();
    expect(await lastWithin(at, most)).toBe(quality);
    expect(asked.length).toBeLessThanOrEqual(7);
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...asked)).toBeLessThanOrEqual(100);
  });

  it('is none where even the lowest quality is larger', async () => {
    expect(await lastWithin(scripted().at, 609)).toBeNull();
  });

  it('is one whose size fits and whose next does not, where sizes go up and down', async () => {
    const sizes = (quality: number) => 100 + 5 * quality + (quality % 3 === 0 ? 9 : 0);
    for (let most = 100; most < 700; most += 7) {
      const found = await lastWithin(scripted(sizes).at, most);
      if (found === null) continue;
      expect(sizes(found)).toBeLessThanOrEqual(most);
      if (found < 100) expect(sizes(found + 1)).toBeGreaterThan(most);
    }
  });
});

describe('the quality for a likeness', () => {
  const likeness = (quality: number) => 20 + 0.3 * quality;

  it.each([
    [10, 1],
    [20.3, 1],
    [20.4, 2],
    [35, 50],
    [50, 100],
  ])('of %f dB is %i', async (least, quality) => {
    expect(await firstReaching(scripted(likeness).at, least)).toBe(quality);
  });

  it('is none where even the highest quality stays below', async () => {
    expect(await firstReaching(scripted(likeness).at, 50.1)).toBeNull();
  });
});
