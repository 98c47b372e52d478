import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compressWithModel, decompressWithModel, fromLogits, readTsr } from '../../../../main/engine/coding';
import { readHeader, writeHeader } from '../../../../main/engine/coding/header';
import { AppError } from '../../../../shared/errors';
import { thrownBy } from './draws';

type Labels = readonly (number | null)[] | null;
const latent = { kind: 'codes' as const, levels: [{ axes: [1, 2], depth: 1, codes: 5, dimension: 4 }] };
const set = { latent, items: 3, codes: Int32Array.of(0, 1, 2, 3, 4, 0) };
const hash = (digit: string) => digit.repeat(64);
const description = {
  tessera: '1',
  signal: { kind: 'picture', height: 2, width: 2, channels: 1 } as const,
  names: ['a', 'b', 'c'],
  autoencoder: { run: 'a', step: 1, weightsHash: hash('a') },
};
const prior = { run: 'p', step: 2, weightsHash: hash('b'), engine: { backend: 'native' } };

const model = () =>
  fromLogits({
    lanes: 2,
    begin: () => undefined,
    logits: (position, previous) => ({
      symbols: 5,
      values: Float32Array.from(
        { length: 10 },
        (_, at) => (at % 5) * 0.25 - position * 0.5 * previous[Math.floor(at / 5)]!,
      ),
    }),
  });
const written = (labels: Labels) => compressWithModel(set, description, { ...prior, labels }, model());

/** Made by Tessera 0.1 before classes could be missing. */
const OLD = {
  'told nothing':
    'iVRTUg0KGgoBdAAAAAQBMQICAQEBAgEFBAMBAWEBYgFjAWEBqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqoPCNKyAXACu7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7sCAQdiYWNrZW5kBm5hdGl2ZfUoRtsA2UfF2wIAAAAIumXCtKI=',
  'of classes 3, 1, 4':
    'iVRTUg0KGgoBdwAAAAQBMQICAQEBAgEFBAMBAWEBYgFjAWEBqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqoPCNKyAXACu7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7sCAQdiYWNrZW5kBm5hdGl2ZfUoRtsBAwEE7xSjjQIAAAAIumXCtKI=',
};

describe('the classes that a file says its prior was told', () => {
  it.each([
    ['told nothing', null],
    ['of classes 3, 1, 4', [3, 1, 4]],
  ] as const)('are read from a file of an older Tessera, and written as it wrote them: %s', async (name, labels) => {
    const old = Buffer.from(OLD[name], 'base64');
    const opened = readTsr(old);
    expect(opened.header.prior?.labels).toEqual(labels);
    expect(await decompressWithModel(opened, model())).toEqual(set.codes);
    expect(Buffer.from(await written(labels)).toString('base64')).toBe(OLD[name]);
  });

  it('come back where some items have none', async () => {
    for (const labels of [
      [null, 0, 65_536],
      [7, null, null],
      [null, null, null],
    ])
      expect(readTsr(await written(labels)).header.prior?.labels).toEqual(labels);
  });

  it('have one spelling only: classes of all are not written as of some', async () => {
    const { header } = readTsr(await written([null, 1, 2]));
    const bytes = writeHeader(header);
    const first = bytes.length - 3;
    expect([...bytes.subarray(first)]).toEqual([0, 2, 3]);
    const claiming = bytes.map((byte, at) => (at === first ? 1 : byte));
    expect(thrownBy(() => readHeader(claiming))).toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('no class') as string,
    });
  });

  it('are refused or read as what they are, whatever the bytes say', async () => {
    const { header } = readTsr(await written([null, 1, 2]));
    const bytes = writeHeader(header);
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 2, 3, 255), fc.uint8Array({ maxLength: 12 }), (form, tail) => {
        const changed = Uint8Array.from([...bytes.subarray(0, bytes.length - 4), form, ...tail]);
        const read = { labels: null as Labels };
        const thrown = thrownBy(() => {
          const again = readHeader(changed);
          read.labels = again.prior?.labels ?? null;
          expect([...writeHeader(again)]).toEqual([...changed]);
        });
        if (thrown !== undefined) {
          expect(thrown).toBeInstanceOf(AppError);
          expect(thrown).toMatchObject({ code: 'BAD_FILE' });
        } else if (read.labels) {
          expect(read.labels).toHaveLength(3);
          expect(read.labels.every((label) => label === null || (label >= 0 && label <= 65_536))).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
