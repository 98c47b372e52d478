import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PictureSet } from '@shared/contract';
import { type CodesLatent, latentBits, layersOf } from '../../../../shared/specs';
import { decompressCodes, readTsr } from '../../../../main/engine/coding';
import { encodePng } from '../../../../main/engine/media/kinds/picture/encode';
import { type Studio, createStudio } from '../../../../main/engine/studio';
import { psnrOfEach } from '../../../../main/engine/studio/picture-likeness';
import { tinyPriors } from '../../../support/tiny-models';
import { type Ground, makeGround, makePriorRun } from '../priors/prior-run';
import { draws } from '../training/fixture';
import { train } from '../training/train';

const STEPS = 3;
const AUTOENCODER_STEPS = 2;
const HELD_OUT = 6;

let ground: Ground;
let studio: Studio;
let prior: { runDirectory: string; step: number };
beforeAll(async () => {
  ground = await makeGround();
  const model = { kind: 'gpt', condition: 'class', ...tinyPriors.gpt };
  const runDirectory = makePriorRun(ground, 'classes', model, { steps: STEPS, checkpointEvery: STEPS });
  await train(runDirectory, ground.dataset);
  prior = { runDirectory, step: STEPS };
  studio = createStudio();
});
afterAll(() => {
  studio.dispose();
  ground.folder.remove();
});

const context = () => ({ signal: new AbortController().signal, progress: () => undefined });
const autoencoder = () => ({ runDirectory: ground.autoencoder, step: AUTOENCODER_STEPS });
const heldOut = (): PictureSet => ({
  kind: 'items',
  datasetDirectory: ground.dataset.directory,
  split: 'test',
  count: 100,
});
const measure = (by: 'prior' | 'alone', pictures = heldOut()) =>
  studio.handlers['studio.measureCoding'](
    { ...(by === 'prior' ? prior : autoencoder()), byPrior: by === 'prior', pictures, perceptual: false },
    context(),
  );
const write = (name: string, bytes: Uint8Array): string => {
  const file = ground.folder.path(name);
  writeFileSync(file, bytes);
  return file;
};

describe('what codes of held-out pictures take', () => {
  it('is told of every stage, and the smallest file is made', async () => {
    const found = await measure('alone');
    expect(found).toMatchObject({ items: HELD_OUT, pixels: HELD_OUT * 256, step: AUTOENCODER_STEPS, priorStep: null });
    const { raw, fixed, packed, entropy, huffman, static: fitted, adaptive } = found.bits;
    expect(raw).toBe(HELD_OUT * 256 * 8);
    expect(fixed).toBe(HELD_OUT * latentBits(ground.codes.latent));
    expect(entropy).toBeLessThanOrEqual(fixed);
    expect(found.bits.prior).toBeNull();
    const opened = readTsr(found.tsr);
    expect(found.bits[found.coder]).toBe(Math.min(packed, huffman, fitted, adaptive));
    expect(opened.payload.length * 8).toBe(found.bits[found.coder]);
    expect(opened.header).toMatchObject({ items: HELD_OUT, names: found.names });
    expect(decompressCodes(opened)).toHaveLength(HELD_OUT * opened.header.latent.levels[0]!.axes[0]! ** 2);
    expect(found.fileBytes).toBe(found.tsr.length);
  });

  it('comes with how like the pictures are that they decode to, by their own pixels', async () => {
    const { originals, reconstructions, each, psnr, ssim } = await measure('alone');
    expect(originals).toMatchObject({ count: HELD_OUT, signal: { height: 16, width: 16, channels: 1 } });
    const own = psnrOfEach(reconstructions.data, originals.data, HELD_OUT);
    expect([...each.psnr]).toEqual([...own]);
    expect(psnr).toBeCloseTo(own.reduce((sum, value) => sum + value, 0) / HELD_OUT, 4);
    expect(ssim).toBeGreaterThan(-1);
    expect(ssim).toBeLessThan(1);
  });

  it('by a prior that is told the classes is within 1 % and 64 bits of its −log₂ p, told them', async () => {
    const found = await measure('prior');
    expect(found).toMatchObject({ coder: 'prior', conditioned: HELD_OUT, priorStep: STEPS, step: AUTOENCODER_STEPS });
    const { measures } = await studio.handlers['studio.evaluatePrior'](
      { ...prior, datasetDirectory: ground.dataset.directory, split: 'test' },
      context(),
    );
    const codes = found.bits.fixed / Math.log2(layersOf(ground.codes.latent as CodesLatent)[0]!.codes);
    const ideal = (measures.nats! * codes) / Math.LN2;
    expect(Math.abs(found.bits.prior! - ideal)).toBeLessThanOrEqual(ideal * 0.01 + 64);
    expect(readTsr(found.tsr).header.prior?.labels).toHaveLength(HELD_OUT);
  });

  it('of a person’s own files are the same, and nobody is told a class', async () => {
    const { originals } = await measure('alone');
    const sources = await Promise.all(
      Array.from({ length: HELD_OUT }, async (_, item) => {
        const pixels = originals.data.subarray(item * 256, (item + 1) * 256);
        return write(`own-${item}.png`, await encodePng(pixels, { height: 16, width: 16, channels: 1 }));
      }),
    );
    const own = await measure('prior', { kind: 'files', sources });
    expect(own.originals.data).toEqual(originals.data);
    expect(own.conditioned).toBe(0);
    expect(readTsr(own.tsr).header.prior?.labels).toBeNull();
  });
});

describe('a compressed file', () => {
  it('by a prior that was told classes gives back the same pictures, with their names', async () => {
    const { tsr, reconstructions, names } = await measure('prior');
    const source = write('told.tsr', tsr);
    const restored = await studio.handlers['studio.restoreCompressed'](
      { ...prior, source, called: 'told.tsr' },
      context(),
    );
    expect(restored.names).toEqual(names);
    expect(restored.pictures).toEqual(reconstructions);
  });

  it('is refused by its own name, not by where it lies', async () => {
    const source = write('broken.tsr', Uint8Array.of(1, 2, 3));
    const asked = async () => studio.handlers['studio.readCompressed']({ source, called: 'mine.tsr' }, context());
    await expect(asked()).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringMatching(/^mine\.tsr: /) as string,
    });
  });

  it('of one class is made for a prior that knows it, and refused of one that it doesn’t', async () => {
    const { tsr } = await measure('prior');
    const sources = [
      write('one.png', await encodePng(new Uint8Array(256).fill(90), { height: 16, width: 16, channels: 1 })),
    ];
    const compress = (label: number) =>
      studio.handlers['studio.compressFiles'](
        { ...prior, sources, out: ground.folder.path('one.tsr'), coder: 'prior', label },
        context(),
      );
    expect((await compress(1)).items).toBe(1);
    const source = ground.folder.path('one.tsr');
    const restored = await studio.handlers['studio.restoreCompressed'](
      { ...prior, source, called: 'one.tsr' },
      context(),
    );
    expect(restored.pictures.count).toBe(1);
    await expect(compress(2)).rejects.toMatchObject({ code: 'BAD_REQUEST', field: 'label' });
    expect(tsr.length).toBeGreaterThan(0);
  });
});

describe('the same pictures in other formats', () => {
  const codecs = (targets: { fileBytes: number; dataBytes: number; psnr: number }[], pictures = heldOut()) =>
    studio.handlers['studio.measureCodecs'](
      {
        pictures,
        shape: ground.dataset.signal,
        preprocessing: { fit: 'crop', background: 'white' },
        targets,
        perceptual: false,
      },
      context(),
    );

  it('meet a size where they can, and say that they can’t', async () => {
    const free = await codecs([]);
    expect(free.png.dataBytes).toBeLessThan(free.png.fileBytes);
    for (const { format, curve } of free.formats) {
      const qualities = curve.map(({ quality }) => quality);
      expect(qualities).toEqual([...qualities].sort((a, b) => a - b));
      const [low, high] = [curve[0]!, curve.at(-1)!];
      expect(low.fileBytes).toBeLessThan(high.fileBytes);
      expect(low.psnr).toBeLessThan(high.psnr);
      const budget = Math.round((low.fileBytes + high.fileBytes) / 2);
      const target = { fileBytes: budget, dataBytes: 1, psnr: (low.psnr + high.psnr) / 2 };
      const found = await codecs([target, { fileBytes: 1, dataBytes: 10 ** 7, psnr: 99.9 }]);
      const [some, none] = found.formats.find((one) => one.format === format)!.matches;
      expect(some!.sameSize.files.fits).toBe(true);
      expect(some!.sameSize.files.point.fileBytes).toBeLessThanOrEqual(budget);
      expect(some!.sameSize.data).toMatchObject({ fits: false, point: { quality: 1 } });
      expect(some!.samePsnr.reaches).toBe(true);
      expect(some!.samePsnr.point.psnr).toBeGreaterThanOrEqual(target.psnr);
      expect(none!.sameSize.files).toMatchObject({ fits: false, point: { quality: 1, fileBytes: low.fileBytes } });
      expect(none!.sameSize.data).toMatchObject({ fits: true, point: { quality: 100 } });
      expect(none!.samePsnr).toMatchObject({ reaches: false, point: { quality: 100 } });
    }
  });

  it('of too many pictures at once are refused with the number that goes', async () => {
    const draw = draws(3);
    const picture = await encodePng(
      Uint8Array.from({ length: 256 }, () => draw() * 255),
      { height: 16, width: 16, channels: 1 },
    );
    const one = write('again.png', picture);
    const asked = codecs([], { kind: 'files', sources: Array<string>(1001).fill(one) });
    await expect(asked).rejects.toMatchObject({ code: 'LIMIT', message: expect.stringContaining('1000') as string });
  });
});
