import { describe, expect, it } from 'vitest';
import { layersOf } from '@shared/specs';
import { cellOf, codesAt, placeAt, placeInFocus, placeOf, settledIn, sureness } from '@/features/samples/watch/turns';
import { fakeWatched } from '../../../support/fake-priors';
import { hierarchy } from '../../../support/fake-latents';

/** Places 0 … 48; the last comes first. */
const oneByOne = fakeWatched(500, 8);
const inRounds = fakeWatched(500, 4, true);

describe('the frames of a drawing', () => {
  it('go from nothing to everything, each turn adding what it settles', () => {
    expect([...codesAt(oneByOne, 0)]).toEqual(Array(49).fill(-1));
    expect([...codesAt(oneByOne, 49)]).toEqual(Array(49).fill(0));
    expect(codesAt(oneByOne, 2).filter((code) => code >= 0)).toHaveLength(2);
    expect(codesAt(oneByOne, 2)[48]).toBe(0);
    expect(settledIn(oneByOne, 0)).toEqual([48]);
    expect(settledIn(inRounds, 1)).toEqual([1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45]);
  });

  it('look at what was settled last, and at the beginning at what comes first', () => {
    expect([placeInFocus(oneByOne, 0), placeInFocus(oneByOne, 1), placeInFocus(oneByOne, 2)]).toEqual([48, 48, 47]);
  });
});

describe('what is known of a place', () => {
  it('is what could have been drawn and what was, once it was; of the next one only the first', () => {
    expect(placeAt(oneByOne, 48, 1)).toEqual({
      state: 'settled',
      candidates: [
        { code: 1, probability: 0.5 },
        { code: 2, probability: 0.25 },
        { code: 3, probability: 0.125 },
      ],
      drawn: { code: 0, probability: 0.0625 },
    });
    expect(placeAt(oneByOne, 48, 0)).toMatchObject({ state: 'next', drawn: null });
    expect(placeAt(oneByOne, 48, 0).candidates).toHaveLength(3);
  });

  it('is nothing while codes before it are open, but a guess where codes are drawn in rounds', () => {
    expect(placeAt(oneByOne, 0, 5)).toEqual({ state: 'open', candidates: [], drawn: null });
    expect(placeAt(inRounds, 3, 1)).toMatchObject({ state: 'open', drawn: null });
    expect(placeAt(inRounds, 3, 1).candidates).toHaveLength(3);
  });

  it('in rounds is the guess of that very round, and of a settled place that of its own', () => {
    const probabilities = inRounds.probabilities.map((_, at) => Math.floor(at / (49 * 3)) / 10);
    const changing = { ...inRounds, probabilities };
    expect(placeAt(changing, 3, 2).candidates[0]!.probability).toBeCloseTo(0.2);
    expect(placeAt(changing, 1, 4).candidates[0]!.probability).toBeCloseTo(0.1);
  });

  it('leaves out what could not be drawn', () => {
    const candidates = oneByOne.candidates.map((code) => (code === 3 ? -1 : code));
    expect(placeAt({ ...oneByOne, candidates }, 48, 0).candidates.map(({ code }) => code)).toEqual([1, 2]);
  });
});

describe('places', () => {
  it('belong to one cell of one layer, also where stages lie side by side', () => {
    const layers = layersOf(hierarchy as Extract<typeof hierarchy, { kind: 'codes' }>);
    const seen = new Set<string>();
    for (let place = 0; place < 16 + 98; place++) {
      const { layer, cell } = cellOf(layers, place);
      expect(placeOf(layers[layer]!, cell)).toBe(place);
      seen.add(`${layer} ${cell}`);
    }
    expect(seen.size).toBe(114);
  });
});

describe('how sure a drawing was', () => {
  it('is the mean chance of what each turn drew', () => {
    const drawn = Float32Array.from({ length: 49 }, (_, place) => (place % 4 === 2 ? 0.5 : 0.25));
    expect([...sureness({ ...inRounds, drawn })]).toEqual([0.25, 0.25, 0.5, 0.25]);
  });
});
