import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codersAlone, drawingSchema } from '@shared/contract';
import { type TsrCoder, readTsr } from '../../../../main/engine/coding';
import { encodePng } from '../../../../main/engine/media/kinds/picture/encode';
import { type Studio, createStudio } from '../../../../main/engine/studio';
import { tinyPriors } from '../../../support/tiny-models';
import { type Ground, makeGround, makePriorRun } from '../priors/prior-run';
import { train } from '../training/train';
import { draws } from '../training/fixture';
import { trainedRun } from './vector-run';

const ITEMS = 20;
const STEPS = 3;
const AUTOENCODER_STEPS = 2;

let ground: Ground;
let pictures: string;
let studio: Studio;
beforeAll(async () => {
  ground = await makeGround();
  pictures = ground.folder.path('pictures');
  await writePictures(pictures);
  studio = createStudio();
});
afterAll(() => {
  studio.dispose();
  ground.folder.remove();
});

async function writePictures(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const draw = draws(11);
  for (let item = 0; item < ITEMS; item++) {
    const [from, to] = [draw(), draw()];
    const pixels = Uint8Array.from({ length: 256 }, (_, at) => Math.round((255 * (from * at + to * (255 - at))) / 255));
    const png = await encodePng(pixels, { height: 16, width: 16, channels: 1 });
    writeFileSync(path.join(folder, `${String(item).padStart(2, '0')}.png`), png);
  }
}

const context = () => ({ signal: new AbortController().signal, progress: () => undefined });
const autoencoder = () => ({ runDirectory: ground.autoencoder, step: AUTOENCODER_STEPS });

async function priorRun(kind: string, name = kind, training: object = {}) {
  const model = { kind, ...tinyPriors[kind] };
  const run = makePriorRun(ground, name, model, { steps: STEPS, checkpointEvery: STEPS, ...training });
  await train(run, ground.dataset);
  return { runDirectory: run, step: STEPS };
}

type Model = ReturnType<typeof autoencoder>;
async function compress(model: Model, coder: TsrCoder, name: string, label: number | null = null) {
  const out = ground.folder.path(`${name}.tsr`);
  const what = { ...model, sources: [pictures], out, coder, label };
  const made = await studio.handlers['studio.compressFiles'](what, context());
  return { out, made };
}
const decompress = (model: Model, source: string, name: string) =>
  studio.handlers['studio.decompressFile']({ ...model, source, directory: ground.folder.path(name) }, context());

/** The pictures by `encode` and `decode`, which lose nothing of the codes. */
async function reconstructions(): Promise<Buffer[]> {
  const out = ground.folder.path('codes.npz');
  await studio.handlers['studio.encodeFiles']({ ...autoencoder(), sources: [pictures], out }, context());
  const directory = ground.folder.path('reconstructed');
  const { files } = await studio.handlers['studio.decodeFile']({ ...autoencoder(), source: out, directory }, context());
  return files.map((file) => readFileSync(file));
}

describe('pictures through a compressed file', () => {
  it.each(codersAlone)('come back exactly as their codes decode, coded by %s', async (coder) => {
    const { out, made } = await compress(autoencoder(), coder, coder);
    expect(made).toMatchObject({ files: [out], items: ITEMS, pixels: ITEMS * 256, skippedCount: 0 });
    expect(made.bits.raw).toBe(ITEMS * 256 * 8);
    expect(made.bits.coded).toBe(made.bits[coder]);
    expect(made.bits.file).toBe(readFileSync(out).length * 8);
    const { files, items } = await decompress(autoencoder(), out, `from-${coder}`);
    expect(items).toBe(ITEMS);
    expect(files.map((file) => path.basename(file))).toEqual(readdirSync(pictures).sort());
    expect(files.map((file) => readFileSync(file))).toEqual(await reconstructions());
  });

  it('come back exactly, coded by a prior, from another studio', async () => {
    const prior = await priorRun('gpt');
    const { out, made } = await compress(prior, 'prior', 'gpt');
    expect(made.items).toBe(ITEMS);
    const { header } = readTsr(readFileSync(out));
    expect(header.autoencoder).toMatchObject({ run: 'run', step: AUTOENCODER_STEPS });
    expect(header.prior?.engine).toMatchObject({ backend: 'native', tensorflow: expect.any(String) as string });
    expect(await studio.handlers['studio.readCompressed']({ source: out }, context())).toEqual({
      coder: 'prior',
      items: ITEMS,
      opener: { run: 'run', step: STEPS },
    });
    const fresh = createStudio();
    const directory = ground.folder.path('from-gpt');
    const { files } = await fresh.handlers['studio.decompressFile']({ ...prior, source: out, directory }, context());
    fresh.dispose();
    expect(files.map((file) => readFileSync(file))).toEqual(await reconstructions());
  });

  it('do not mind samples that are drawn, guided, in the same process', async () => {
    const model = { kind: 'gpt', condition: 'class', ...tinyPriors.gpt };
    const runDirectory = makePriorRun(ground, 'classes', model, { steps: STEPS, checkpointEvery: STEPS });
    await train(runDirectory, ground.dataset);
    const prior = { runDirectory, step: STEPS };
    const drawing = drawingSchema.parse({ count: 40, seed: 1, label: 1, guidance: 2 });
    const drawn = () => studio.handlers['studio.samples']({ ...prior, ...drawing, showing: false }, context());
    const [{ out }, before] = await Promise.all([compress(prior, 'prior', 'classes'), drawn()]);
    const [{ files }, after] = await Promise.all([decompress(prior, out, 'from-classes'), drawn()]);
    expect(after).toEqual(before);
    expect(files).toHaveLength(ITEMS);
  });
});

describe('a compressed file is refused', () => {
  it('with other weights, naming both', async () => {
    const other = await trainedRun(ground.folder.path('other'), ground.dataset, 'vq-vae', 3);
    const { out } = await compress(autoencoder(), 'static', 'owned');
    await expect(decompress(other, out, 'never')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('needs the autoencoder of run “run” at step 2') as string,
    });
    const [one, two] = [await priorRun('gpt', 'one'), await priorRun('gpt', 'two', { seed: 9 })];
    const coded = await compress(one, 'prior', 'by-one');
    await expect(decompress(two, coded.out, 'never')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('needs the prior') as string,
    });
    expect(() => readdirSync(ground.folder.path('never'))).toThrow('ENOENT');
  });

  it('when a byte of it is another, wherever', async () => {
    const { out } = await compress(autoencoder(), 'huffman', 'whole');
    const bytes = readFileSync(out);
    const source = ground.folder.path('damaged.tsr');
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 25)) {
      writeFileSync(
        source,
        bytes.map((byte, index) => (index === at ? byte ^ 0x10 : byte)),
      );
      await expect((async () => decompress(autoencoder(), source, 'never'))()).rejects.toMatchObject({
        code: 'BAD_FILE',
      });
    }
    writeFileSync(source, bytes.subarray(0, bytes.length - 1));
    await expect((async () => decompress(autoencoder(), source, 'never'))()).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('damaged.tsr') as string,
    });
    expect(() => readdirSync(ground.folder.path('never'))).toThrow('ENOENT');
  });
});

describe('compressing is refused, and writes nothing', () => {
  it('of a model with vectors', async () => {
    const { runDirectory, step } = await trainedRun(ground.folder.path('vae'), ground.dataset, 'vae');
    await expect(compress({ runDirectory, step }, 'adaptive', 'vectors')).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('vectors') as string,
    });
    expect(() => readFileSync(ground.folder.path('vectors.tsr'))).toThrow('ENOENT');
  });

  it('by a MaskGIT, which has no next code', async () => {
    const prior = await priorRun('maskgit');
    await expect(compress(prior, 'prior', 'masked')).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('several codes at a time') as string,
      hint: expect.stringContaining('GPT') as string,
    });
    expect(() => readFileSync(ground.folder.path('masked.tsr'))).toThrow('ENOENT');
  });

  it('by a run that is no prior', async () => {
    await expect(compress(autoencoder(), 'prior', 'none')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('of a picture that can’t be read', async () => {
    const broken = ground.folder.path('broken.png');
    writeFileSync(broken, 'no picture');
    const out = ground.folder.path('broken.tsr');
    const asked = studio.handlers['studio.compressFiles'](
      { ...autoencoder(), sources: [broken], out, coder: 'packed', label: null },
      context(),
    );
    await expect(asked).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('broken.png') as string,
    });
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });
});
