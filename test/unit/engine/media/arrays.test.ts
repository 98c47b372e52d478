import { describe, expect, it } from 'vitest';
import {
  SIDE,
  COUNT,
  PIXELS,
  level,
  grey,
  type Axis,
  laid,
  images,
  labels,
  bits,
  load,
  pixelsOf,
  classesOf,
  plain,
  inColour,
  thrice,
} from './array-fixtures';
import { npy, picture, zip } from './fixtures';
import { folderOf, runImport } from './importing';

/** 16 bits of IEEE 754 for a multiple of 1/256 in [0, 1). */
function half(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | Math.round((value / 2 ** exponent - 1) * 1024);
}

describe('arrays of pictures', () => {
  const transposed = Uint8Array.from({ length: COUNT * PIXELS }, (_, at) =>
    level(at % COUNT, (Math.floor(at / COUNT / SIDE) % SIDE) + (Math.floor(at / COUNT) % SIDE) * SIDE),
  );
  const bigEndian = new DataView(new ArrayBuffer(COUNT * PIXELS * 2));
  grey().forEach((value, at) => bigEndian.setUint16(at * 2, value * 257));

  it.each<[string, Uint8Array]>([
    ['in C order', images],
    ['in Fortran order', npy('|u1', [COUNT, SIDE, SIDE], transposed, true)],
    ['with one channel first', npy('|u1', [COUNT, 1, SIDE, SIDE], Uint8Array.from(grey()))],
    ['with one channel last', npy('|u1', [COUNT, SIDE, SIDE, 1], Uint8Array.from(grey()))],
    ['big-endian, of 16 bits', npy('>u2', [COUNT, SIDE, SIDE], bigEndian)],
    [
      'of float32 from 0 to 1',
      npy(
        '<f4',
        [COUNT, SIDE, SIDE],
        Float32Array.from(grey(), (value) => value / 255),
      ),
    ],
    [
      'of float32 that rounding took above 1',
      npy(
        '<f4',
        [COUNT, SIDE, SIDE],
        Float32Array.from(grey(), (value) => (value / 255) * 1.00001),
      ),
    ],
    [
      'of float64 around 0 that rounding took beyond −1 and 1',
      npy(
        '<f8',
        [COUNT, SIDE, SIDE],
        Float64Array.from(grey(), (value) => (value / 127.5 - 1) * 1.00001),
      ),
    ],
    ['of 64-bit integers', npy('<i8', [COUNT, SIDE, SIDE], BigInt64Array.from(grey(), BigInt))],
    ['flattened', npy('|u1', [COUNT, PIXELS], Uint8Array.from(grey()))],
  ])('are read %s, pixel for pixel', async (_how, array) => {
    const imported = await load({ images: array, labels });
    expect(imported.manifest).toMatchObject({ signal: { height: SIDE, width: SIDE, channels: 1 }, count: COUNT });
    expect(pixelsOf(imported)).toEqual(plain);
    expect(classesOf(imported)).toEqual(thrice);
  });

  it('are read of float16, within a level', async () => {
    const found = pixelsOf(
      await load({
        images: npy(
          '<f2',
          [COUNT, SIDE, SIDE],
          Uint16Array.from(grey(), (value) => half(value / 256)),
        ),
      }),
    );
    const furthest = Math.max(
      ...found.flatMap((pixels, n) => pixels.map((value, i) => Math.abs(value - plain[n]![i]!))),
    );
    expect(furthest).toBeLessThanOrEqual(1);
  });

  it.each<[string, number[], Axis[], boolean]>([
    ['N × H × W × C', [COUNT, SIDE, SIDE, 3], ['n', 'y', 'x', 'c'], false],
    ['N × C × H × W, as PyTorch has it', [COUNT, 3, SIDE, SIDE], ['n', 'c', 'y', 'x'], false],
    ['H × W × C × N, as SVHN has it', [SIDE, SIDE, 3, COUNT], ['y', 'x', 'c', 'n'], false],
    ['H × W × C × N in Fortran order', [SIDE, SIDE, 3, COUNT], ['n', 'c', 'x', 'y'], true],
    ['C × H × W × N', [3, SIDE, SIDE, COUNT], ['c', 'y', 'x', 'n'], false],
    ['flattened mixed colours', [COUNT, 3 * PIXELS], ['n', 'y', 'x', 'c'], false],
    ['flattened planes of colour, as CIFAR has them', [COUNT, 3 * PIXELS], ['n', 'c', 'y', 'x'], false],
  ])('in colour are read as %s', async (_how, shape, axes, fortran) => {
    const imported = await load({ images: npy('|u1', shape, laid(axes), fortran), labels });
    expect(imported.manifest).toMatchObject({ signal: { height: SIDE, width: SIDE, channels: 3 } });
    expect(pixelsOf(imported)).toEqual(inColour);
    expect(classesOf(imported)).toEqual(thrice);
  });

  it('say what a shape was taken for where it might be something else', async () => {
    const tiny = await load({ images: npy('|u1', [2, 3, 3, 3], new Uint8Array(54).fill(9)) });
    expect(tiny.outcome.notes.join()).toContain(
      'is taken as N × height × width × channels; it might be N × channels × height × width',
    );
    const three = await load({ images: npy('|u1', [3, SIDE, SIDE], Uint8Array.from(grey(3))) });
    expect(three.outcome).toMatchObject({ items: 3 });
    expect(three.outcome.notes.join()).toContain('it might be channels × height × width of one picture');
    const labelled = await load({
      images: npy('|u1', [3, SIDE, SIDE], Uint8Array.from(grey(3))),
      labels: npy('|u1', [3], Uint8Array.of(1, 2, 3)),
    });
    expect(labelled.outcome.notes.join()).not.toContain('it might be');
  });

  it('flattened in colour are taken as planes where their values don’t tell, and a note says what else they might be', async () => {
    const flat = npy('|u1', [COUNT, 3 * PIXELS], new Uint8Array(COUNT * 3 * PIXELS).fill(99));
    const notes = (await load({ images: flat, labels })).outcome.notes.join();
    expect(notes).toContain('is taken as N × (3 planes of 16 × 16); it might be N × (16 × 16 × 3) just as well');
  });

  it('may be one picture, grey or in colour', async () => {
    const one = await load({ picture: npy('|u1', [SIDE, SIDE], Uint8Array.from(grey(1))) });
    expect(pixelsOf(one)).toEqual([plain[0]]);
    const rgb = await load({ picture: npy('|u1', [SIDE, SIDE, 3], laid(['n', 'y', 'x', 'c']).slice(0, PIXELS * 3)) });
    expect(pixelsOf(rgb)).toEqual([inColour[0]]);
  });

  it('lay transparent pixels over the background', async () => {
    const clear = Uint8Array.from({ length: PIXELS * 4 }, (_, i) => (i % 4 === 3 ? 0 : 77));
    const imported = await load({ images: npy('|u1', [1, SIDE, SIDE, 4], clear), x: images }, { background: 'black' });
    expect(pixelsOf(imported)[0]!.every((value) => value === 0)).toBe(true);
  });

  it('refuse a shape that is none of pictures, naming it', async () => {
    await expect(load({ scans: npy('|u1', [2, 18, 18, 18], new Uint8Array(2 * 18 ** 3)) })).rejects.toThrow(
      /“scans” has the shape 2 × 18 × 18 × 18; expected/,
    );
  });
});

describe('an array whose header is damaged', () => {
  it('refuses the whole file by its checksum, and is not taken for a type that is not read', async () => {
    const stored = zip({ 'images.npy': [images, { level: 0 }], 'other.npy': [images, { level: 0 }] });
    stored[Buffer.from(stored).indexOf("'|u1'") + 2] = 'q'.charCodeAt(0);
    const root = await folderOf({ 'set.npz': stored, 'ok.png': await picture(1) });
    const { outcome } = await runImport([root]);
    expect(outcome).toMatchObject({
      items: 1,
      skipped: [{ file: 'set.npz', reason: expect.stringMatching(/checksum/) }],
    });
  });
});

describe('values of arrays', () => {
  const binary = (descriptor: string, Type: { from(values: number[]): ArrayBufferView }): Uint8Array =>
    npy(descriptor, [1, SIDE, SIDE], Type.from(Array.from({ length: PIXELS }, (_, at) => bits(at))));

  it.each([
    ['bytes', binary('|u1', Uint8Array)],
    ['truth values', binary('|b1', Uint8Array)],
    ['32-bit integers', binary('<i4', Int32Array)],
    ['floats', binary('<f4', Float32Array)],
  ])('0 and 1 are black and white as %s, and a note says so', async (_type, images) => {
    const imported = await load({ images });
    expect(pixelsOf(imported)[0]).toEqual(Array.from({ length: PIXELS }, (_, at) => bits(at) * 255));
    expect(imported.outcome.notes.join()).toMatch(/taken as 0 to 1|truth values/);
  });

  it('stay as they are with --range 0-255, and are stretched with min-max', async () => {
    const dark = npy(
      '|u1',
      [1, SIDE, SIDE],
      Uint8Array.from({ length: PIXELS }, (_, at) => bits(at)),
    );
    expect(Math.max(...pixelsOf(await load({ images: dark }, { range: '0-255' }))[0]!)).toBe(1);
    const standardised = npy(
      '<f4',
      [1, SIDE, SIDE],
      Float32Array.from({ length: PIXELS }, (_, at) => -2 + (at % 5)),
    );
    await expect(load({ images: standardised })).rejects.toThrow(/from −2 to 2; expected .* \(--range\)/);
    expect(pixelsOf(await load({ images: standardised }, { range: 'min-max' }))[0]!.slice(0, 5)).toEqual([
      0, 64, 128, 191, 255,
    ]);
  });

  it('have one range for the parts of a dataset', async () => {
    const part = (maximum: number): Uint8Array =>
      npy(
        '<i4',
        [2, SIDE, SIDE],
        Int32Array.from({ length: 2 * PIXELS }, (_, at) => (at % 2) * maximum),
      );
    const imported = await load({ x_train: part(200), x_test: part(1) });
    expect(Math.max(...pixelsOf(imported)[2]!)).toBe(1);
  });

  it('that are NaN are black, and counted in a note', async () => {
    const values = Float32Array.from({ length: PIXELS }, (_, at) => (at < 3 ? NaN : 1));
    const imported = await load({ images: npy('<f4', [1, SIDE, SIDE], values) });
    expect(pixelsOf(imported)[0]!.slice(0, 5)).toEqual([0, 0, 0, 255, 255]);
    expect(imported.outcome.notes.join()).toContain('Not numbers: 3 values');
  });
});

describe('masks and other arrays', () => {
  const mask = (descriptor: string): Uint8Array =>
    npy(
      descriptor,
      [COUNT, SIDE, SIDE],
      Uint8Array.from(grey(), (value) => Number(value > 99)),
    );

  it.each([
    ['masks', mask('|b1')],
    ['foreground', mask('|u1')],
    ['segmentation', images],
    ['y', images],
  ])('“%s” beside pictures are left out, and a note names both', async (name, array) => {
    const imported = await load({ images, [name]: array });
    expect(pixelsOf(imported)).toEqual(plain);
    expect(imported.outcome.notes.join()).toMatch(new RegExp(`Not used: “${name}”.*looks like masks of “images”`));
  });

  it('are pictures where there are no others, as in dSprites, whose objects are never opened', async () => {
    const imported = await load({
      metadata: npy('|O', [], '\x80\x04K\x01.'),
      imgs: mask('|u1'),
      latents_classes: npy('<i8', [COUNT, 2], new BigInt64Array(COUNT * 2)),
    });
    expect(pixelsOf(imported)).toEqual(plain.map((pixels) => pixels.map((value) => (value > 99 ? 255 : 0))));
    expect(imported.outcome.notes.join('\n')).toMatch(/Not used: “metadata”.*“\|O” is not read/);
    expect(imported.outcome.notes.join('\n')).toMatch(/Not used: “latents_classes” \(6 × 2 int64\)/);
  });
});
