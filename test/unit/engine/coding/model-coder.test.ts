import { describe, expect, it } from 'vitest';
import {
  type ProbabilityModel,
  cumulativeFromLogits,
  decodeWithModel,
  encodeWithModel,
  fromLogits,
} from '../../../../main/engine/coding';
import { chain } from './models';
import { distributions, draw, setOf, twoLevels } from './draws';

describe('coding by a model', () => {
  it.each([1, 7, 8, 9, 20])('gives back codes of two levels, of 20 items %i at a time', async (lanes) => {
    const set = twoLevels(20, 6);
    const coded = await encodeWithModel(set, fromLogits(chain(set.latent, { lanes })));
    expect(await decodeWithModel(coded, set, fromLogits(chain(set.latent, { lanes })))).toEqual(set.codes);
  });

  it('gives the model the very same calls both ways, idle lanes fed 0', async () => {
    const set = twoLevels(5, 6);
    const [writing, reading] = [chain(set.latent, { lanes: 3 }), chain(set.latent, { lanes: 3 })];
    await decodeWithModel(await encodeWithModel(set, fromLogits(writing)), set, fromLogits(reading));
    expect(reading.calls).toEqual(writing.calls);
    expect(writing.calls).toHaveLength(2 * 47);
    expect(writing.calls[0]).toBe('begin 0 3');
    expect(writing.calls[1]).toBe('next 0 0 0 0');
    expect(writing.calls[2]).toBe(`next 1 ${[0, 46, 92].map((at) => set.codes[at]).join(' ')}`);
    expect(writing.calls[47]).toBe('begin 3 2');
    expect(writing.calls[49]).toMatch(/ 0$/);
  });

  it('follows the model’s own order of an item’s codes', async () => {
    const set = twoLevels(4, 6);
    const order = Int32Array.from({ length: 46 }, (_, position) => (position * 7 + 3) % 46);
    const writing = chain(set.latent, { lanes: 2, order });
    const coded = await encodeWithModel(set, fromLogits(writing));
    expect(writing.calls[2]).toBe(`next 1 ${set.codes[3]} ${set.codes[49]}`);
    expect(await decodeWithModel(coded, set, fromLogits(chain(set.latent, { lanes: 2, order })))).toEqual(set.codes);
    const twice = fromLogits(chain(set.latent, { lanes: 2, order: order.fill(0) }));
    await expect(encodeWithModel(set, twice)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  const cases = Object.keys(distributions).flatMap((name) =>
    [2, 3, 512, 65_536].flatMap((alphabet) => [0, 1, 64, 100_000].map((length) => ({ name, alphabet, length }))),
  );
  it.each(cases)(
    'takes −log₂ p to 1 % and 64 bits: $length of $alphabet, $name',
    async ({ name, alphabet, length }) => {
      const probabilities = distributions[name]!(alphabet);
      const set = setOf(draw(probabilities, length, 3), alphabet);
      const cumulative = cumulativeFromLogits(probabilities.map(Math.log), alphabet);
      const model: ProbabilityModel = {
        lanes: 1,
        begin: () => undefined,
        next: () => ({ symbols: alphabet, cumulative }),
      };
      const coded = await encodeWithModel(set, model);
      expect(await decodeWithModel(coded, set, model)).toEqual(set.codes);
      const ideal = set.codes.reduce((bits, code) => bits - Math.log2(probabilities[code]!), 0);
      expect(coded.payload.length * 8).toBeLessThanOrEqual(ideal * 1.01 + 64);
    },
  );

  it('refuses a model that gives one frequency differently in the first batch, before the second', async () => {
    const set = twoLevels(12, 6);
    const coded = await encodeWithModel(set, fromLogits(chain(set.latent, { lanes: 4 })));
    for (const position of [0, 30, 45]) {
      const other = chain(set.latent, { lanes: 4, off: { position, by: 0.5 } });
      await expect(decodeWithModel(coded, set, fromLogits(other))).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringContaining('other probabilities'),
      });
      expect(other.calls.filter((call) => call.startsWith('begin'))).toHaveLength(1);
    }
  });

  it('stops when it is told to, and says how far it is', async () => {
    const set = twoLevels(4, 6);
    const stop = new AbortController();
    const seen: number[] = [];
    const onProgress = (done: number, total: number) => {
      expect(total).toBe(4 * 46);
      seen.push(done);
      if (seen.length === 50) stop.abort(new Error('enough'));
    };
    const model = fromLogits(chain(set.latent, { lanes: 3 }));
    await expect(encodeWithModel(set, model, { signal: stop.signal, onProgress })).rejects.toThrow('enough');
    expect(seen).toHaveLength(50);
    expect(seen.slice(45, 47)).toEqual([46 * 3, 46 * 3 + 1]);
  });

  it('refuses a model of other codebooks, and a code without a share', async () => {
    const set = setOf(Int32Array.of(1), 3);
    const model = (symbols: number, row: number[]): ProbabilityModel => ({
      lanes: 1,
      begin: () => undefined,
      next: () => ({ symbols, cumulative: Uint32Array.from(row) }),
    });
    await expect(encodeWithModel(set, model(2, [0, 1, 2]))).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(encodeWithModel(set, model(3, [0, 1, 1, 2]))).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
