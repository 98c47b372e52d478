import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fillingSchema, interpolationSchema, variationSchema } from '../../../../shared/contract';
import { type Canvas, latentOn, latentSize, ownCanvas, placesOf } from '../../../../shared/specs';
import { interpolate } from '../../../../main/engine/studio/between';
import { decodeOn } from '../../../../main/engine/studio/canvas';
import { fillOpen } from '../../../../main/engine/studio/fill';
import { surpriseOn } from '../../../../main/engine/studio/larger-surprise';
import { varyCodes } from '../../../../main/engine/studio/vary';
import { type LoadedCodeRun, type LoadedCodePrior, judgeCodes, loadRun } from '../../../../main/engine/training';
import { loadCodePrior } from '../../../support/code-prior';
import { tinyModels, tinyPriors } from '../../../support/tiny-models';
import { type Ground, makeGround, makePriorRun } from '../priors/prior-run';
import { draws } from '../training/fixture';
import { train } from '../training/train';

const STEPS = 2;
const grounds: Ground[] = [];
const open: { dispose(): void }[] = [];
afterAll(() => {
  open.forEach((one) => one.dispose());
  grounds.forEach(({ folder }) => folder.remove());
});

const groundOf = async (model: object): Promise<Ground> => {
  const ground = await makeGround(model);
  grounds.push(ground);
  return ground;
};
const runOf = async ({ autoencoder, codes }: Ground): Promise<LoadedCodeRun> => {
  const run = await loadRun(autoencoder, codes.step);
  open.push(run);
  if (run.kind !== 'codes') throw new Error('These are no codes.');
  return run;
};
const priorOf = async (ground: Ground, kind: string, more: object = {}): Promise<LoadedCodePrior> => {
  const run = makePriorRun(ground, kind, { kind, ...tinyPriors[kind], ...more }, { steps: STEPS });
  await train(run, ground.dataset);
  const loaded = await loadCodePrior(run, STEPS);
  open.push(loaded);
  if (loaded.kind !== 'codes') throw new Error('This prior is over vectors.');
  return loaded;
};

/** Codes that repeat, of a picture on a canvas. */
function codesOn({ latent }: LoadedCodeRun, canvas: Canvas, seed: number): Int32Array {
  const draw = draws(seed);
  const shape = latentOn(latent, canvas);
  return Int32Array.from(
    shape.levels.flatMap(({ axes, depth, codes }) =>
      Array.from({ length: axes[0]! * axes[1]! * depth }, () => Math.floor(draw() * codes)),
    ),
  );
}

/** The run's own picture in the middle of a larger canvas, the rest open; so many pictures. */
function opened(run: LoadedCodeRun, canvas: Canvas, corner: { top: number; left: number }, pictures: number) {
  const { latent } = run;
  const own = ownCanvas(latent);
  const size = latentSize(latentOn(latent, canvas));
  const places = placesOf(latent, own, canvas, corner);
  const given = new Int32Array(pictures * size).fill(-1);
  for (let n = 0; n < pictures; n++) {
    const codes = codesOn(run, own, n + 1);
    places.forEach((place, at) => (given[n * size + place] = codes[at]!));
  }
  return { given, size };
}

async function fill(prior: LoadedCodePrior, given: Int32Array, canvas: Canvas | null, seed = 1) {
  const reports: number[] = [];
  const filled = await fillOpen(prior, fillingSchema.parse({ given, canvas, seed }), {
    signal: new AbortController().signal,
    onProgress: (done) => reports.push(done),
  });
  return { ...filled, reports };
}

describe('a picture continued by a prior', () => {
  let run: LoadedCodeRun;
  const priors: Record<string, LoadedCodePrior> = {};

  beforeAll(async () => {
    const ground = await groundOf({
      kind: 'vq-vae',
      ...tinyModels['vq-vae'],
      quantizer: { kind: 'vector', codes: 12, dimension: 4 },
    });
    run = await runOf(ground);
    priors.gpt = await priorOf(ground, 'gpt', { order: 'raster' });
    priors.maskgit = await priorOf(ground, 'maskgit');
  });

  it.each(['gpt', 'maskgit'])(
    'keeps every settled code and fills all others, the same for the same seed (%s)',
    async (kind) => {
      const own = ownCanvas(run.latent);
      const canvas = { height: own.height + 3, width: 2 * own.width + 1 };
      const { given, size } = opened(run, canvas, { top: 1, left: own.width }, 2);
      const first = await fill(priors[kind]!, given, canvas);
      expect(first.codes).toHaveLength(2 * size);
      given.forEach((code, at) =>
        code < 0 ? expect(first.codes[at]).toBeGreaterThanOrEqual(0) : expect(first.codes[at]).toBe(code),
      );
      expect(Math.max(...first.codes)).toBeLessThan(12);
      expect(first.pictures).toMatchObject({
        count: 2,
        signal: { height: 16 + 3 * 4, width: 16 + (own.width + 1) * 4 },
      });
      expect(first.reports).toEqual([...first.reports].sort((a, b) => a - b));
      expect((await fill(priors[kind]!, given, canvas)).codes).toEqual(first.codes);
      expect((await fill(priors[kind]!, given, canvas, 2)).codes).not.toEqual(first.codes);
    },
  );

  it('opens other codes in each of several pictures of its own size', async () => {
    const own = ownCanvas(run.latent);
    const size = latentSize(run.latent);
    const given = new Int32Array(5 * size).map((_, at) => (at % size === Math.floor(at / size) ? -1 : 3));
    const { codes, pictures } = await fill(priors.gpt!, given, null);
    codes.forEach((code, at) => given[at]! >= 0 && expect(code).toBe(3));
    expect(codes).not.toContain(-1);
    expect(pictures).toMatchObject({ count: 5, signal: { height: 16, width: 16 } });
    // the same canvas by name is that of pictures of its own size
    expect((await fill(priors.gpt!, given, own)).codes).toEqual(codes);
  });

  it('refuses codes that are none, a canvas that is too small or too large', async () => {
    const own = ownCanvas(run.latent);
    const refuse = (given: Int32Array, canvas: Canvas | null) => expect(fill(priors.gpt!, given, canvas)).rejects;
    await refuse(new Int32Array(5), null).toMatchObject({ code: 'BAD_REQUEST', field: 'given' });
    await refuse(new Int32Array(latentSize(run.latent)).fill(12), null).toMatchObject({ field: 'given' });
    await refuse(new Int32Array(2), { height: 1, width: 2 }).toMatchObject({ code: 'BAD_REQUEST', field: 'canvas' });
    const large = { height: own.height, width: 9 * own.width };
    await refuse(new Int32Array(large.height * large.width), large).toMatchObject({ code: 'LIMIT', field: 'canvas' });
  });

  it('keeps the decoders of the four canvases used last, and makes a dropped one anew with equal pixels', async () => {
    const run = await runOf(await groundOf({ kind: 'vq-vae', ...tinyModels['vq-vae'] }));
    const own = ownCanvas(run.latent);
    const decoded = (more: number) => {
      const canvas = { height: own.height + more, width: own.width };
      return decodeOn(run, canvas, new Int32Array(latentSize(latentOn(run.latent, canvas))).fill(3)).data;
    };
    const first = decoded(1);
    const drop = vi.spyOn(run.program, 'drop');
    for (const more of [2, 3, 4, 1, 5]) decoded(more);
    expect(drop.mock.calls.flat()).toEqual([`decode-on-${own.height + 2}x${own.width}`]);
    decoded(2);
    expect(drop).toHaveBeenCalledTimes(2);
    expect([...decoded(1)]).toEqual([...first]);
    drop.mockRestore();
  });

  it('decodes as the model’s own picture does, away from what was added', () => {
    const own = ownCanvas(run.latent);
    const canvas = { height: own.height, width: own.width + 4 };
    const codes = codesOn(run, canvas, 7);
    const part = placesOf(run.latent, own, canvas, { top: 0, left: 0 }).map((place) => codes[place]!);
    const alone = run.decode(part, 1);
    const {
      signal: { width },
      data: pixels,
    } = decodeOn(run, canvas, codes);
    expect(width).toBe(16 + 16);
    // the first column of cells sees one cell to its right and no further than the third
    for (let row = 0; row < 16; row++)
      expect([...pixels.subarray(row * width, row * width + 2)]).toEqual([...alone.subarray(row * 16, row * 16 + 2)]);
  });

  it('surprises a prior as its own picture does, each code judged where most beside it is known', async () => {
    const own = ownCanvas(run.latent);
    const canvas = { height: own.height, width: own.width + 2 };
    const codes = codesOn(run, canvas, 9);
    const nats = await surpriseOn(priors.gpt!, canvas, codes, null);
    const cancelled = surpriseOn(priors.gpt!, canvas, codes, null, AbortSignal.abort());
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(nats).toHaveLength(codes.length);
    const inWindow = (left: number) => {
      const places = placesOf(run.latent, own, canvas, { top: 0, left });
      const inside = places.map((place) => codes[place]!);
      return { places, nats: judgeCodes(priors.gpt!, inside, -1) };
    };
    const [first, last] = [inWindow(0), inWindow(2)];
    // the first two columns stand in the first window alone; the others have more to their left there, as far as it
    // goes
    first.places.forEach((place, at) => expect(nats[place]).toBe(first.nats[at]));
    last.places.forEach((place, at) => at % own.width >= own.width - 2 && expect(nats[place]).toBe(last.nats[at]));
  });

  it('goes over from one picture to another, the ends being those two', async () => {
    const own = ownCanvas(run.latent);
    const [from, to] = [codesOn(run, own, 1), codesOn(run, own, 2)];
    const ends = [run.decode(from, 1), run.decode(to, 1)];
    for (const by of ['swap', 'blend', 'nearest'] as const) {
      const way = interpolationSchema.parse({
        from: { kind: 'codes', indices: from },
        to: { kind: 'codes', indices: to },
        by,
        frames: 5,
      });
      const { pictures, latents } = await interpolate(run, way);
      if (by === 'nearest')
        await expect(interpolate(run, way, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
      const bytes = pictures.data.length / 5;
      expect(pictures.data.subarray(0, bytes)).toEqual(ends[0]);
      expect(pictures.data.subarray(4 * bytes)).toEqual(ends[1]);
      const middle = pictures.data.subarray(2 * bytes, 3 * bytes);
      expect(middle).not.toEqual(ends[0]);
      expect(middle).not.toEqual(ends[1]);
      const rows = latents.kind === 'codes' ? latents.indices : new Int32Array();
      expect(rows.subarray(0, from.length)).toEqual(from);
      expect(rows.subarray(4 * from.length)).toEqual(to);
      if (by !== 'swap') continue;
      const half = rows.subarray(2 * from.length, 3 * from.length);
      half.forEach((code, at) => expect([from[at], to[at]]).toContain(code));
    }
    const straight = interpolationSchema.parse({
      from: { kind: 'codes', indices: from },
      to: { kind: 'codes', indices: to },
      by: 'straight',
    });
    await expect(interpolate(run, straight)).rejects.toThrow(/no way “straight”/);
  });

  it('is varied in as many cells as asked for, the same for the same seed', () => {
    const own = ownCanvas(run.latent);
    const codes = codesOn(run, own, 3);
    const vary = (strength: number, seed: number, count: number) => {
      const { latents, pictures } = varyCodes(
        run,
        variationSchema.parse({ latent: { kind: 'codes', indices: codes }, strength, seed, count }),
      );
      expect(pictures.count).toBe(count);
      return latents.kind === 'codes' ? latents.indices : new Int32Array();
    };
    const some = vary(0.25, 1, 4);
    for (let n = 0; n < 4; n++) {
      const row = some.subarray(n * codes.length, (n + 1) * codes.length);
      const changed = row.filter((code, at) => code !== codes[at]).length;
      expect(changed).toBe(Math.round(0.25 * codes.length));
    }
    expect(some.subarray(0, codes.length)).not.toEqual(some.subarray(codes.length, 2 * codes.length));
    expect(vary(0.25, 1, 2)).toEqual(some.subarray(0, 2 * codes.length));
    expect(vary(0, 1, 1)).toEqual(codes);
    expect(() => vary(1.5, 1, 1)).toThrow(/at most 1/);
  });
});

describe('larger pictures of other models', () => {
  it('of a hierarchy with residual stages grow on every level', async () => {
    const quantizer = { kind: 'residual', stages: 2, quantizer: { kind: 'vector', codes: 8, dimension: 4 } };
    const ground = await groundOf({ kind: 'vq-vae-2', ...tinyModels['vq-vae-2'], quantizer });
    const run = await runOf(ground);
    const prior = await priorOf(ground, 'maskgit');
    const own = ownCanvas(run.latent);
    const canvas = { height: own.height, width: own.width + 2 };
    const { given } = opened(run, canvas, { top: 0, left: 1 }, 1);
    const { codes, pictures } = await fill(prior, given, canvas);
    given.forEach((code, at) => code >= 0 && expect(codes[at]).toBe(code));
    expect(codes).not.toContain(-1);
    expect(pictures).toMatchObject({ signal: { height: 16, width: 16 + 2 * (16 / own.width) } });
    const [from, to] = [codesOn(run, own, 1), codesOn(run, own, 2)];
    const way = { from: { kind: 'codes', indices: from }, to: { kind: 'codes', indices: to }, by: 'blend', frames: 3 };
    const blended = (await interpolate(run, interpolationSchema.parse(way))).pictures;
    expect(blended.data.subarray(0, 256)).toEqual(run.decode(from, 1));
    expect(blended.data.subarray(512)).toEqual(run.decode(to, 1));
  });

  it('of a transformer, which knows places, are decoded window by window and blended', async () => {
    const run = await runOf(await groundOf({ kind: 'vit-vqgan', ...tinyModels['vit-vqgan'] }));
    const own = ownCanvas(run.latent);
    const canvas = { height: own.height + 1, width: own.width + 3 };
    const codes = codesOn(run, canvas, 5);
    const {
      signal: { height, width },
      data: pixels,
    } = decodeOn(run, canvas, codes);
    expect([height, width]).toEqual([16 + 4, 16 + 12]);
    const corner = placesOf(run.latent, own, canvas, { top: 0, left: 0 }).map((place) => codes[place]!);
    // the corner lies in the first window alone
    expect(pixels[0]).toBe(run.decode(corner, 1)[0]);
  });

  it('of a model that reads all codes at once are refused with the reason', () => {
    const levels = [{ axes: [1, 1], depth: 3, codes: 4, dimension: 2 }];
    const info = { signal: { kind: 'picture', height: 16, width: 16, channels: 1 } };
    const run = { model: {}, latent: { kind: 'codes', levels }, info } as unknown as LoadedCodeRun;
    expect(() => decodeOn(run, { height: 1, width: 2 }, new Int32Array(6))).toThrow(/reads all codes at once/);
  });
});
