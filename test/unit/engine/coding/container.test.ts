import fc from 'fast-check';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  type CoderName,
  type CodingLimits,
  type TsrDescription,
  coders,
  compressCodes,
  compressWithModel,
  decompressCodes,
  decompressWithModel,
  defaultCodingLimits,
  engineDifferences,
  fromLogits,
  readTsr,
  requireWeights,
} from '../../../../main/engine/coding';
import { writeTsr } from '../../../../main/engine/coding/container';
import { readHeader, writeHeader } from '../../../../main/engine/coding/header';
import { AppError } from '../../../../shared/errors';
import { chain } from './models';
import { thrownBy, twoLevels } from './draws';

const names = Object.keys(coders) as CoderName[];
const hash = (digit: string) => digit.repeat(64);
const describedAs = (items: number): TsrDescription => ({
  tessera: '1.2.3',
  signal: { kind: 'picture', height: 8, width: 8, channels: 3 },
  names: Array.from({ length: items }, (_, i) => `Bild ${i} 画`),
  autoencoder: { run: 'vq-vae-1', step: 5000, weightsHash: hash('a') },
});
const prior = {
  run: 'gpt-1',
  step: 900,
  weightsHash: hash('b'),
  engine: { tensorflow: '2.21.0', threads: '1', __proto__x: 'odd' },
  labels: [3, 1, 4, 1, 5],
};
const small: CodingLimits = { ...defaultCodingLimits, codes: 5000, items: 500, symbols: 5000 };

const set = twoLevels(5, 2);
const files = Object.fromEntries(names.map((name) => [name, compressCodes(set, describedAs(5), name)]));
const withPrior = await compressWithModel(set, describedAs(5), prior, fromLogits(chain(set.latent, { lanes: 2 })));
const withSomeClasses = await compressWithModel(
  set,
  describedAs(5),
  { ...prior, labels: [3, null, 4, 0, null] },
  fromLogits(chain(set.latent, { lanes: 2 })),
);

describe('a .tsr file', () => {
  it.each(names)('gives back codes, names and what they were made with: %s', (name) => {
    const opened = readTsr(files[name]!);
    expect(opened.header).toEqual({
      ...describedAs(5),
      coder: name,
      latent: set.latent,
      items: 5,
      prior: null,
      codesCrc: crc32(new Uint8Array(set.codes.buffer)),
    });
    expect(decompressCodes(opened)).toEqual(set.codes);
    expect(opened.overheadBytes + opened.payload.length).toBe(files[name]!.length);
  });

  it('that a model is needed for says which, and comes back with it', async () => {
    const opened = readTsr(withPrior);
    expect(opened.header.prior).toEqual({ ...prior, lanes: 2, probe: expect.any(Number) });
    expect(await decompressWithModel(opened, fromLogits(chain(set.latent, { lanes: 2 })))).toEqual(set.codes);
    expect(thrownBy(() => decompressCodes(opened))).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('gpt-1'),
    });
    await expect(decompressWithModel(opened, fromLogits(chain(set.latent, { lanes: 4 })))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('is refused where only a later item comes out differently', async () => {
    const opened = readTsr(withPrior);
    let begun = 0;
    const same = chain(set.latent, { lanes: 2 });
    const other = chain(set.latent, { lanes: 2, off: { position: 45, by: 20 } });
    const late = fromLogits({
      lanes: 2,
      begin: (batch) => {
        begun++;
        void same.begin(batch);
        void other.begin(batch);
      },
      logits: async (...call) => {
        const [usual, changed] = [await same.logits(...call), await other.logits(...call)];
        return begun > 1 ? changed : usual;
      },
    });
    await expect(decompressWithModel(opened, late)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(begun).toBeGreaterThan(1);
  });

  it('is refused where the codes come out otherwise than they were', async () => {
    const otherwise = (file: Uint8Array) => {
      const opened = readTsr(file);
      return { ...opened, header: { ...opened.header, codesCrc: opened.header.codesCrc ^ 1 } };
    };
    for (const name of names)
      expect(thrownBy(() => decompressCodes(otherwise(files[name]!)))).toMatchObject({
        code: 'BAD_FILE',
        message: expect.stringContaining('its codes do not match their CRC'),
      });
    const model = fromLogits(chain(set.latent, { lanes: 2 }));
    await expect(decompressWithModel(otherwise(withPrior), model)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('of no items, and without names, is one as well', () => {
    const empty = { ...twoLevels(0, 1), items: 0 };
    for (const name of names) {
      const opened = readTsr(compressCodes(empty, { ...describedAs(0), names: null }, name));
      expect(opened.header.names).toBeNull();
      expect(decompressCodes(opened)).toHaveLength(0);
    }
  });

  it('has the same bytes for the same content, and only one form', () => {
    for (const name of names) {
      expect(compressCodes(set, describedAs(5), name)).toEqual(files[name]);
      const { header, payload } = readTsr(files[name]!);
      expect(writeTsr(header, payload)).toEqual(files[name]);
    }
    const { header, payload } = readTsr(withPrior);
    expect(writeTsr(header, payload)).toEqual(withPrior);
  });

  it('holds no more than can be read again', () => {
    const write = (change: Partial<TsrDescription>) =>
      thrownBy(() => compressCodes(set, { ...describedAs(5), ...change }, 'packed'));
    expect(write({ names: Array<string>(5).fill('x'.repeat(1025)) })).toMatchObject({
      code: 'LIMIT',
      message: expect.stringContaining('1024 bytes in a name'),
    });
    expect(write({ names: ['one'] })).toMatchObject({ code: 'INTERNAL' });
    expect(write({ autoencoder: { run: 'r', step: 1, weightsHash: 'abc' } })).toMatchObject({ code: 'INTERNAL' });
    expect(write({ signal: { kind: 'picture', height: 70_000, width: 1, channels: 1 } })).toMatchObject({
      code: 'LIMIT',
    });
  });

  it('that can’t be written is refused before a model is asked', async () => {
    const asked = chain(set.latent, { lanes: 2 });
    const many = { ...prior, labels: [70_000, 0, 0, 0, 0] };
    await expect(compressWithModel(set, describedAs(5), many, fromLogits(asked))).rejects.toMatchObject({
      code: 'LIMIT',
    });
    expect(asked.calls).toEqual([]);
  });

  it('says which weights it needs and how the engine differs', () => {
    const own = { run: 'vq-vae-2', step: 10, weightsHash: hash('c') };
    const { autoencoder } = describedAs(0);
    requireWeights('the autoencoder', autoencoder, { ...own, weightsHash: hash('a') });
    expect(thrownBy(() => requireWeights('the autoencoder', autoencoder, own))).toMatchObject({
      code: 'CONFLICT',
      message: 'This file needs the autoencoder of run “vq-vae-1” at step 5000, not that of run “vq-vae-2” at step 10.',
    });
    expect(engineDifferences({ a: '1', b: '2' }, { b: '3', c: '4' })).toEqual([
      'a: 1 (the file), – (here)',
      'b: 2 (the file), 3 (here)',
      'c: – (the file), 4 (here)',
    ]);
    expect(engineDifferences(prior.engine, prior.engine)).toEqual([]);
  });
});

describe('a .tsr file that isn’t one', () => {
  const all = [...Object.values(files), withPrior, withSomeClasses];

  it('is refused wherever it is cut off', () => {
    for (const file of all) {
      for (let length = 0; length < file.length; length++)
        expect(thrownBy(() => readTsr(file.subarray(0, length)))).toMatchObject({ code: 'BAD_FILE' });
    }
  });

  it('is refused whichever bit was flipped', () => {
    for (const file of all) {
      for (let bit = 0; bit < file.length * 8; bit++) {
        const damaged = file.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        expect(thrownBy(() => readTsr(damaged))).toMatchObject({ code: 'BAD_FILE' });
      }
    }
  });

  it('is refused with a sentence that says what is wrong and where', () => {
    const file = files.adaptive!;
    const message = (bytes: Uint8Array) => (thrownBy(() => readTsr(bytes)) as AppError).message;
    const changed = (at: number, byte: number) => file.map((old, i) => (i === at ? byte : old));
    expect(message(new Uint8Array(0))).toContain('does not begin as a .tsr file does');
    expect(message(changed(8, 2))).toContain('version 2 of the format');
    expect(message(changed(20, file[20]! ^ 1))).toContain('its header does not match its CRC');
    expect(message(changed(file.length - 6, file[file.length - 6]! ^ 1))).toContain(
      'its payload does not match its CRC',
    );
    expect(message(Uint8Array.from([...file, 0]))).toContain('1 bytes too many');
    expect(message(changed(12, 255))).toContain('its header has');
  });

  it('is nothing but refused, of random bytes behind a right beginning', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, begins) => {
        const file = begins ? Uint8Array.from([...files.packed!.subarray(0, 9), ...bytes]) : bytes;
        expect(thrownBy(() => readTsr(file))).toMatchObject({ code: 'BAD_FILE' });
      }),
      { numRuns: 500 },
    );
  });

  it('is refused or decoded to codes of the codebook, whatever the header says under a right CRC', () => {
    const headers = all.map((file) => ({ file, header: writeHeader(readTsr(file).header) }));
    fc.assert(
      fc.property(
        fc.constantFrom(...headers),
        fc.array(fc.tuple(fc.nat(10_000), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 128, 255))), {
          minLength: 1,
          maxLength: 6,
        }),
        ({ file, header }, changes) => {
          const changed = header.slice();
          for (const [at, byte] of changed.length > 0 ? changes : []) changed[at % changed.length] = byte;
          onlyAppErrors(() => {
            const { payload } = readTsr(file);
            decompressCodes({ header: readHeader(changed, small), payload, overheadBytes: 0 });
          });
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is refused where a header that random bytes make says something absurd', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => onlyAppErrors(() => readHeader(bytes))),
      { numRuns: 2000 },
    );
  });

  it('is refused or decoded to codes of the codebook, whatever the payload says under a right CRC', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 600 }), fc.boolean(), (name, bytes, keeps) => {
        const { payload } = readTsr(files[name]!);
        const wrong = keeps ? Uint8Array.from([...payload.subarray(0, payload.length >> 1), ...bytes]) : bytes;
        onlyAppErrors(() => {
          const codes = coders[name].decode(wrong, set);
          expect(codes.every((code, at) => code >= 0 && code < (at % 46 < 6 ? 7 : 300))).toBe(true);
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused by its model, whatever the payload says', async () => {
    const { header } = readTsr(withPrior);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (payload) => {
        const model = fromLogits(chain(set.latent, { lanes: 2 }));
        const opened = { header, payload, overheadBytes: 0 };
        await expect(decompressWithModel(opened, model)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      }),
      { numRuns: 60 },
    );
  });

  it('makes nothing larger than the limits allow, whatever it claims', () => {
    const { header } = readTsr(files.adaptive!);
    const [first, second] = header.latent.levels;
    const claims: [Partial<typeof header>, string][] = [
      [{ items: 2 ** 40, names: null }, 'the number of items'],
      [{ latent: { kind: 'codes', levels: Array.from({ length: 17 }, () => first!) } }, 'the number of grids'],
      [{ latent: { kind: 'codes', levels: [{ ...first!, axes: [2 ** 20, 1] }] } }, 'the height of grid 1'],
      [{ latent: { kind: 'codes', levels: [first!, { ...second!, codes: 65_537 }] } }, 'the number of codes of grid 2'],
      [{ latent: { kind: 'codes', levels: [{ ...first!, depth: 257 }] } }, 'the depth of grid 1'],
      [
        { latent: { kind: 'codes', levels: [{ ...first!, depth: 256, codes: 65_536 }, first!] } },
        'codebooks have more than',
      ],
      [{ latent: { kind: 'codes', levels: [{ ...first!, axes: [65_536, 65_536] }] } }, 'codes per item'],
      [{ latent: { kind: 'codes', levels: [] } }, 'the number of grids'],
      [{ signal: { kind: 'picture', height: 0, width: 8, channels: 3 } }, 'the pictures’ height'],
    ];
    for (const [claim, what] of claims) {
      expect(thrownBy(() => readHeader(unchecked({ ...header, ...claim })))).toMatchObject({
        code: 'BAD_FILE',
        message: expect.stringContaining(what),
      });
    }
  });
});

/** A header of which nothing was checked: written with small numbers, which are then exchanged. */
function unchecked(header: Parameters<typeof writeHeader>[0]): Uint8Array {
  const bytes: number[] = [3, 1, 120];
  const whole = (value: number) => {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  whole(header.signal.height);
  whole(header.signal.width);
  bytes.push(header.signal.channels);
  whole(header.latent.levels.length);
  for (const level of header.latent.levels)
    for (const value of [...level.axes, level.depth, level.codes, level.dimension]) whole(value);
  whole(header.items);
  bytes.push(0);
  return Uint8Array.from(bytes);
}

function onlyAppErrors(work: () => unknown): void {
  const thrown = thrownBy(work);
  if (thrown !== undefined) expect(thrown).toBeInstanceOf(AppError);
}
