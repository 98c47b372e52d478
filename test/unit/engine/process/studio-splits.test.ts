import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Checkpoint, STEPS, type StudioUnderTest, codes, indicesOf, openStudio } from './studio-under-test';

let under: StudioUnderTest;
let peer: StudioUnderTest['studio']['peer'];
let model: Checkpoint;
beforeAll(async () => {
  under = await openStudio();
  ({ model } = under);
  ({ peer } = under.studio);
}, 120_000);
afterAll(() => under?.close());

describe('the studio process over whole splits', () => {
  it('finds over a split the same numbers as the trainer did', async () => {
    const progress: number[] = [];
    const found = await peer.request('studio.evaluate', under.split, {
      onProgress: ({ done }) => progress.push(done),
    });
    expect(found).toMatchObject({
      split: 'test',
      step: STEPS,
      items: under.evaluation.items,
      measures: {
        'dead-codes': under.evaluation.measures['dead-codes'],
        usage: under.evaluation.measures.usage,
      },
    });
    // as many threads as the trainer's sum in another order
    expect(found.measures.nmse).toBeCloseTo(under.evaluation.measures.nmse!, 5);
    expect(found.measures.psnr).toBeCloseTo(under.evaluation.measures.psnr!, 3);
    expect(found.measures.perplexity).toBeCloseTo(under.evaluation.measures.perplexity!, 5);
    expect(progress.at(-1)).toBe(under.evaluation.items);
  });

  it('counts the codes of a split, by place and in all, and orders them by likeness', async () => {
    const found = await peer.request('studio.codebook', under.split);
    expect(found).toMatchObject({
      items: under.evaluation.items,
      codes: 16,
      usage: under.evaluation.measures.usage,
      deadCodes: under.evaluation.measures['dead-codes'],
    });
    expect(found.perplexity).toBeCloseTo(under.evaluation.measures.perplexity!, 5);
    expect(found.counts.reduce((sum, one) => sum + one)).toBe(under.evaluation.items * 16);
    expect(found.counts).toEqual(
      Uint32Array.from({ length: 16 }, (_, code) =>
        found.positions.subarray(code * 16, (code + 1) * 16).reduce((sum, one) => sum + one),
      ),
    );
    expect([...found.byLikeness].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, code) => code));
  });

  it('shows where a code stands', async () => {
    const { counts } = await peer.request('studio.codebook', under.split);
    const code = counts.indexOf(Math.max(...counts));
    const detail = await peer.request('studio.code', { ...under.split, code, limit: 6 });
    expect(detail.count).toBe(counts[code]);
    expect(detail.patches).toMatchObject({
      count: detail.places.length,
      signal: { height: 12, width: 12, channels: 3 },
    });
    expect(detail.places.length).toBe(Math.min(6, detail.count));
    for (const { index, row, column } of detail.places) {
      const { latent } = await peer.request('studio.encode', { ...model, picture: under.item(index) });
      expect(indicesOf(latent)[row * 4 + column]).toBe(code);
    }
    expect(detail.nearest).toHaveLength(12);
    expect(detail.nearest.map(({ distance }) => distance)).toEqual(
      detail.nearest.map(({ distance }) => distance).sort((a, b) => a - b),
    );
    expect(await peer.request('studio.code', { ...under.split, code, limit: 6 })).toEqual(detail);
  });

  it('refuses a code beyond the codebook', async () => {
    await expect(peer.request('studio.code', { ...under.split, code: 16, limit: 6 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'code',
    });
  });

  it('answers a decode before a long job that was asked for earlier', async () => {
    const order: string[] = [];
    const latent = codes(new Int32Array(16));
    const long = peer.request('studio.evaluate', { ...under.split, split: 'train' }).then(() => order.push('evaluate'));
    const waiting = peer
      .request('studio.codebook', { ...under.split, split: 'train' })
      .then(() => order.push('codebook'));
    const short = peer.request('studio.decode', { ...model, latent }).then(() => order.push('decode'));
    await Promise.all([long, waiting, short]);
    expect(order.indexOf('decode')).toBeLessThan(order.indexOf('codebook'));
    expect(order.indexOf('evaluate')).toBeLessThan(order.indexOf('codebook'));
  });

  it('gives a long job up when it is cancelled', async () => {
    const cancel = new AbortController();
    const job = peer.request('studio.evaluate', { ...under.split, thorough: true }, { signal: cancel.signal });
    cancel.abort();
    await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await peer.request('studio.evaluate', under.split)).toMatchObject({ items: under.evaluation.items });
  });
});
