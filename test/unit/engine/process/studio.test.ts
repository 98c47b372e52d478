import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evaluation } from '@shared/contract';
import { readNpz } from '../../../../main/engine/media';
import { sharp } from '../../../../main/engine/media/sharp';
import { buildEngine, openWorkplace, startRole, type EngineUnderTest, type Workplace } from '../../../support/engine';

const STEPS = 30;

let engine: Awaited<ReturnType<typeof buildEngine>>;
let place: Workplace;
let studio: EngineUnderTest<'studio'>;
/** The checkpoint that requests are about. */
let model: { runDirectory: string; step: number };
/** Another run's. */
let other: typeof model;
/** What the trainer found at that checkpoint. */
let evaluation: Evaluation;

beforeAll(async () => {
  [engine, place] = await Promise.all([buildEngine(), openWorkplace()]);
  [[model, evaluation], [other]] = await Promise.all([train('first', 1), train('second', 2)]);
  studio = await startRole(engine.entry, 'studio');
}, 120_000);
afterAll(async () => {
  await studio?.peer.request('engine.stop', {});
  await studio?.exited;
  await Promise.all([place?.remove(), engine?.remove()]);
});

async function train(id: string, seed: number): Promise<[typeof model, Evaluation]> {
  const runDirectory = await place.makeRun(id, { steps: STEPS, evaluateEvery: STEPS, checkpointEvery: STEPS, seed });
  const { peer, exited } = await startRole(engine.entry, 'trainer');
  const evaluated = new Promise<Evaluation>((resolve) => peer.on('trainer.evaluation', resolve));
  const finished = new Promise<void>((resolve) =>
    peer.on('trainer.status', ({ status }) => status === 'finished' && resolve()),
  );
  await peer.request('trainer.start', { runDirectory, datasetDirectory: place.dataset });
  const found = await evaluated;
  await finished;
  await peer.request('engine.stop', {});
  await exited;
  return [{ runDirectory, step: STEPS }, found];
}

const item = (index: number) => ({ kind: 'item' as const, datasetDirectory: place.dataset, index });
const split = () => ({ ...model, datasetDirectory: place.dataset, split: 'test' as const });
const pixelsOf = async (index: number): Promise<Uint8Array> => {
  const bytes = 16 * 16 * 3;
  return new Uint8Array(
    (await readFile(path.join(place.dataset, 'pack-16x16x3.u8'))).subarray(index * bytes, (index + 1) * bytes),
  );
};

describe('the studio process', () => {
  it('opens a checkpoint and says what it is', async () => {
    const info = await studio.peer.request('studio.open', model);
    expect(info).toMatchObject({ run: 'first', step: STEPS, grid: { height: 4, width: 4 }, codes: 16, dimension: 4 });
    expect(info.image).toEqual({ height: 16, width: 16, channels: 3 });
    await expect(studio.peer.request('studio.open', { ...model, step: 7 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('encodes an item and decodes its codes to the very same reconstruction', async () => {
    const encoded = await studio.peer.request('studio.encode', { ...model, picture: item(3) });
    expect(encoded.name).toBe('disc/003.png');
    expect(encoded.original.pixels).toEqual(await pixelsOf(3));
    expect(encoded.grid.indices).toHaveLength(16);
    const decoded = await studio.peer.request('studio.decode', { ...model, grid: encoded.grid });
    expect(decoded.picture).toEqual(encoded.reconstruction);
    expect(decoded.step).toBe(STEPS);
  });

  it('encodes a dropped file like the item that was made from it', async () => {
    const bytes = new Uint8Array(await readFile(path.join(place.pictures, 'disc', '003.png')));
    const picture = { kind: 'file' as const, name: 'mine.png', bytes };
    const dropped = await studio.peer.request('studio.encode', { ...model, picture });
    const { grid } = await studio.peer.request('studio.encode', { ...model, picture: item(3) });
    expect(dropped.name).toBe('mine.png');
    expect(dropped.grid).toEqual(grid);
  });

  it('brings a file of another size, colour and format to the model’s shape', async () => {
    const bytes = await sharp({ create: { width: 50, height: 31, channels: 3, background: '#336699' } })
      .greyscale()
      .webp()
      .toBuffer();
    const picture = { kind: 'file' as const, name: 'wide.webp', bytes: new Uint8Array(bytes) };
    const { original } = await studio.peer.request('studio.encode', { ...model, picture });
    expect(original).toMatchObject({ count: 1, height: 16, width: 16, channels: 3 });
  });

  it('refuses a file that is no picture by its name', async () => {
    const picture = { kind: 'file' as const, name: 'notes.png', bytes: new TextEncoder().encode('not a picture') };
    await expect(studio.peer.request('studio.encode', { ...model, picture })).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('notes.png'),
    });
  });

  it('refuses an item that there isn’t', async () => {
    await expect(studio.peer.request('studio.encode', { ...model, picture: item(9999) })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it.each([
    [16, 'code 16'],
    [-1, 'code -1'],
  ])('refuses the index %i, naming it and the limit', async (index, named) => {
    const grid = { height: 4, width: 4, indices: new Int32Array(16).fill(index, 6, 7) };
    await expect(studio.peer.request('studio.decode', { ...model, grid })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(new RegExp(`${named} .*row 2, column 3.* 0 to 15`)),
    });
  });

  it('refuses a grid of another size', async () => {
    const grid = { height: 2, width: 4, indices: new Int32Array(8) };
    await expect(studio.peer.request('studio.decode', { ...model, grid })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'grid',
    });
  });

  it('shows each code as the middle of what a grid of it decodes to', async () => {
    const { tiles } = await studio.peer.request('studio.palette', model);
    expect(tiles).toMatchObject({ count: 16, height: 8, width: 8, channels: 3 });
    const grid = { height: 4, width: 4, indices: new Int32Array(16).fill(5) };
    const { picture } = await studio.peer.request('studio.decode', { ...model, grid });
    const centre = Array.from({ length: 8 }, (_, row) => [
      ...picture.pixels.subarray(((4 + row) * 16 + 4) * 3, ((4 + row) * 16 + 12) * 3),
    ]).flat();
    expect([...tiles.pixels.subarray(5 * 8 * 8 * 3, 6 * 8 * 8 * 3)]).toEqual(centre);
  });

  it('finds over a split the same numbers as the trainer did', async () => {
    const progress: number[] = [];
    const found = await studio.peer.request('studio.evaluate', split(), {
      onProgress: ({ done }) => progress.push(done),
    });
    expect(found).toMatchObject({
      split: 'test',
      step: STEPS,
      items: evaluation.items,
      deadCodes: evaluation.deadCodes,
      usage: evaluation.usage,
    });
    // as many threads as the trainer's sum in another order
    expect(found.nmse).toBeCloseTo(evaluation.nmse, 5);
    expect(found.psnr).toBeCloseTo(evaluation.psnr, 3);
    expect(found.perplexity).toBeCloseTo(evaluation.perplexity, 5);
    expect(progress.at(-1)).toBe(evaluation.items);
  });

  it('counts the codes of a split, by place and in all, and orders them by likeness', async () => {
    const found = await studio.peer.request('studio.codebook', split());
    expect(found).toMatchObject({
      items: evaluation.items,
      codes: 16,
      usage: evaluation.usage,
      deadCodes: evaluation.deadCodes,
    });
    expect(found.perplexity).toBeCloseTo(evaluation.perplexity, 5);
    expect(found.counts.reduce((sum, one) => sum + one)).toBe(evaluation.items * 16);
    expect(found.counts).toEqual(
      Uint32Array.from({ length: 16 }, (_, code) =>
        found.positions.subarray(code * 16, (code + 1) * 16).reduce((sum, one) => sum + one),
      ),
    );
    expect([...found.byLikeness].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, code) => code));
  });

  it('shows where a code stands', async () => {
    const { counts } = await studio.peer.request('studio.codebook', split());
    const code = counts.indexOf(Math.max(...counts));
    const detail = await studio.peer.request('studio.code', { ...split(), code, limit: 6 });
    expect(detail.count).toBe(counts[code]);
    expect(detail.patches).toMatchObject({ count: detail.places.length, height: 12, width: 12, channels: 3 });
    expect(detail.places.length).toBe(Math.min(6, detail.count));
    for (const { index, row, column } of detail.places) {
      const { grid } = await studio.peer.request('studio.encode', { ...model, picture: item(index) });
      expect(grid.indices[row * 4 + column]).toBe(code);
    }
    expect(detail.nearest).toHaveLength(12);
    expect(detail.nearest.map(({ distance }) => distance)).toEqual(
      detail.nearest.map(({ distance }) => distance).sort((a, b) => a - b),
    );
    expect(await studio.peer.request('studio.code', { ...split(), code, limit: 6 })).toEqual(detail);
  });

  it('refuses a code beyond the codebook', async () => {
    await expect(studio.peer.request('studio.code', { ...split(), code: 16, limit: 6 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'code',
    });
  });

  it('answers a decode before a long job that was asked for earlier', async () => {
    const order: string[] = [];
    const grid = { height: 4, width: 4, indices: new Int32Array(16) };
    const long = studio.peer
      .request('studio.evaluate', { ...split(), split: 'train' })
      .then(() => order.push('evaluate'));
    const waiting = studio.peer
      .request('studio.codebook', { ...split(), split: 'train' })
      .then(() => order.push('codebook'));
    const short = studio.peer.request('studio.decode', { ...model, grid }).then(() => order.push('decode'));
    await Promise.all([long, waiting, short]);
    expect(order.indexOf('decode')).toBeLessThan(order.indexOf('codebook'));
    expect(order.indexOf('evaluate')).toBeLessThan(order.indexOf('codebook'));
  });

  it('gives a long job up when it is cancelled', async () => {
    const cancel = new AbortController();
    const job = studio.peer.request('studio.evaluate', split(), { signal: cancel.signal });
    cancel.abort();
    await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await studio.peer.request('studio.evaluate', split())).toMatchObject({ items: evaluation.items });
  });

  it('saves a latent and opens it again', async () => {
    const { grid } = await studio.peer.request('studio.encode', { ...model, picture: item(3) });
    const { fileName, bytes } = await studio.peer.request('studio.saveLatent', {
      ...model,
      grid,
      name: 'disc/003.png',
    });
    expect(fileName).toBe('disc_003.npz');
    expect(readNpz(bytes).arrays.indices).toMatchObject({ shape: [4, 4], data: grid.indices });
    const opened = await studio.peer.request('studio.openLatent', { ...model, bytes, anyWeights: false });
    expect(opened).toMatchObject({ name: 'disc/003.png', grid, sameWeights: true });
    expect(opened.picture).toEqual((await studio.peer.request('studio.decode', { ...model, grid })).picture);
  });

  it('refuses a latent of other weights, until it is insisted on', async () => {
    const grid = { height: 4, width: 4, indices: new Int32Array(16) };
    const { bytes } = await studio.peer.request('studio.saveLatent', { ...other, grid, name: 'foreign' });
    await expect(
      studio.peer.request('studio.openLatent', { ...model, bytes, anyWeights: false }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('“second”'),
    });
    expect(await studio.peer.request('studio.openLatent', { ...model, bytes, anyWeights: true })).toMatchObject({
      sameWeights: false,
      grid,
    });
  });

  it('turns a folder of pictures into one file of latents, and that into pictures', async () => {
    const out = path.join(place.folder, 'latents', 'discs.npz');
    await writeFile(path.join(place.pictures, 'disc', 'readme.txt'), 'not a picture');
    const encoded = await studio.peer.request('studio.encodeFiles', {
      ...model,
      sources: [path.join(place.pictures, 'disc')],
      out,
    });
    expect(encoded).toEqual({ files: [out] });
    expect(readNpz(await readFile(out)).arrays.indices?.shape).toEqual([20, 4, 4]);

    const directory = path.join(place.folder, 'decoded');
    const decoded = await studio.peer.request('studio.decodeFile', { ...model, source: out, directory });
    expect(decoded.files).toHaveLength(20);
    expect((await readdir(directory)).sort()).toEqual(decoded.files.map((file) => path.basename(file)).sort());
    const { reconstruction } = await studio.peer.request('studio.encode', { ...model, picture: item(3) });
    const { data } = await sharp(path.join(directory, '003.png')).raw().toBuffer({ resolveWithObject: true });
    expect(new Uint8Array(data)).toEqual(reconstruction.pixels);
  });

  it('refuses a named file that is no picture, and writes nothing', async () => {
    const out = path.join(place.folder, 'none.npz');
    const sources = [path.join(place.pictures, 'disc', 'readme.txt')];
    await expect(studio.peer.request('studio.encodeFiles', { ...model, sources, out })).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('readme.txt'),
    });
    await expect(readFile(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('exports the checkpoint', async () => {
    const directory = path.join(place.folder, 'export');
    const { files, path: written } = await studio.peer.request('studio.export', {
      ...model,
      format: 'safetensors',
      directory,
    });
    expect(written).toBe(directory);
    expect(files.length).toBeGreaterThan(0);
  });

  it('plans a run without training it', async () => {
    const { spec, image } = JSON.parse(await readFile(path.join(model.runDirectory, 'run.json'), 'utf8')) as never;
    expect(await studio.peer.request('studio.plan', { spec, image })).toMatchObject({
      grid: { height: 4, width: 4 },
      codes: 16,
      bitsPerItem: 64,
    });
  });
});

describe('a studio process on a machine without TensorFlow', () => {
  let without: EngineUnderTest<'studio'>;
  beforeAll(async () => {
    without = await startRole(engine.entry, 'studio', {
      TESSERA_CACHE: path.join(place.folder, 'empty'),
      TESSERA_ENGINE: '',
    });
  });
  afterAll(async () => {
    await without?.peer.request('engine.stop', {});
    await without?.exited;
  });

  it('encodes and decodes as one with it', async () => {
    for (const index of [0, 3, 7]) {
      const [theirs, ours] = await Promise.all(
        [studio, without].map(({ peer }) => peer.request('studio.encode', { ...model, picture: item(index) })),
      );
      expect(ours!.grid).toEqual(theirs!.grid);
      const differences = ours!.reconstruction.pixels.map((value, at) =>
        Math.abs(value - theirs!.reconstruction.pixels[at]!),
      );
      expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    }
  });

  it('evaluates a split to the same numbers', async () => {
    const found = await without.peer.request('studio.evaluate', split());
    expect(found.nmse).toBeCloseTo(evaluation.nmse, 4);
    expect(found.deadCodes).toBe(evaluation.deadCodes);
  });

  it('refuses to plan a run, and to write a SavedModel, with what to do; exports weights', async () => {
    const refusal = { code: 'UNSUPPORTED', hint: expect.stringContaining('tessera setup') as string };
    const { spec, image } = JSON.parse(await readFile(path.join(model.runDirectory, 'run.json'), 'utf8')) as never;
    await expect(without.peer.request('studio.plan', { spec, image })).rejects.toMatchObject(refusal);
    const directory = path.join(place.folder, 'portable-export');
    await expect(
      without.peer.request('studio.export', { ...model, format: 'savedmodel', directory }),
    ).rejects.toMatchObject(refusal);
    await expect(readdir(directory)).rejects.toMatchObject({ code: 'ENOENT' });
    const { files } = await without.peer.request('studio.export', { ...model, format: 'safetensors', directory });
    expect(files.length).toBeGreaterThan(0);
  });

  it('starts no portable engine where the native one is insisted on', async () => {
    const insisting = await startRole(engine.entry, 'studio', {
      TESSERA_CACHE: path.join(place.folder, 'empty'),
      TESSERA_ENGINE: 'native',
    });
    await expect(insisting.peer.request('studio.open', model)).rejects.toMatchObject({ code: 'ENGINE_NOT_SET_UP' });
    await insisting.peer.request('engine.stop', {});
    await insisting.exited;
  });
});
