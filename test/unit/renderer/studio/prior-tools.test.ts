import { describe, expect, it } from 'vitest';
import { layersOf, type CodesLatent } from '@shared/specs';
import { lockedExcept, openedBy } from '@/stores/studio/prior-tools';
import { hierarchy } from '../../../support/fake-latents';

describe('the places a region opens', () => {
  it('are all stages of its level, and no other level', () => {
    const layers = layersOf(hierarchy as CodesLatent);
    const region = { row: 0, column: 6, toRow: 1, toColumn: 9 };
    expect([...openedBy(region, layers, 1)!]).toEqual([16 + 12, 16 + 26, 16 + 13, 16 + 27]);
    expect([...openedBy({ row: 3, column: 3, toRow: 3, toColumn: 3 }, layers, 0)!]).toEqual([15]);
    expect(openedBy({ row: 9, column: 9, toRow: 9, toColumn: 9 }, layers, 0)).toBeNull();
    expect([...lockedExcept(Int32Array.of(5, 6, 7), Int32Array.of(1))]).toEqual([5, -1, 7]);
  });
});
