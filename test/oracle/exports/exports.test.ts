import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportRun } from '../../../main/engine/export';
import { readSafetensors, writeSafetensors } from '../../../main/engine/formats/safetensors';
import { latentArguments } from '../../../main/engine/export/latent-arguments';
import * as ops from '../../../main/engine/tensorflow/ops';
import { loadRun } from '../../../main/engine/training';
import { golden } from '../golden';
import { type ExportCase, exportCases, folderOf } from './cases';
import { COUNT, STEP, makeImages, makeRun } from './make-run';

/** Set to keep the exports, in both formats and with Tessera's own numbers, for `check.py`. */
const keep = process.env.TESSERA_KEEP_EXPORTS;
const folder = keep ?? mkdtempSync(path.join(os.tmpdir(), 'tessera-exports-'));
afterAll(() => {
  if (!keep) rmSync(folder, { recursive: true, force: true });
});

const python = ['python3', 'python'].find((one) => spawnSync(one, ['--version']).status === 0);
const readNames = path.join(import.meta.dirname, 'read_names.py');
/** Weights that say more of a model than encoding and decoding need. */
const aside = /^(?:pca\/(?:deviations|explained-variance)|likelihood\/log-deviation)$/;

const inTorch = keep ? undefined : golden('exports.npz');
const HINT = 'Exported Python or numbers changed: run check.py --write as test/oracle/README.md says.';

describe.each(exportCases.map((one) => [one.name, one] as const))('%s', (name, one) => {
  const place = path.join(folder, folderOf(one));
  let numbers: Numbers;

  beforeAll(async () => {
    rmSync(place, { recursive: true, force: true });
    const runDirectory = path.join(place, 'run');
    makeRun(runDirectory, one);
    numbers = await numbersOf(runDirectory, one);
    for (const format of keep ? (['safetensors', 'savedmodel'] as const) : (['safetensors'] as const)) {
      await exportRun({ runDirectory, step: STEP, format, directory: path.join(place, format) });
    }
    if (keep) writeFileSync(path.join(place, 'expected.safetensors'), writeSafetensors(numbers, { name }));
  });

  it('gives numbers that tell: several codes, pixels that are neither black nor white', () => {
    for (const [of, { dtype, data }] of Object.entries(numbers)) {
      if (dtype === 'int32') expect(new Set(data).size, of).toBeGreaterThan(1);
    }
    const { data } = numbers.pictures!;
    expect(data.filter((value) => value > 0 && value < 1).length / data.length).toBeGreaterThan(0.3);
  });

  it('means the same in Python, as PyTorch found with just this model.py', { skip: !inTorch }, () => {
    const source = readFileSync(path.join(place, 'safetensors', 'model.py'));
    expect(inTorch!.text(`${folderOf(one)}/model.py`), HINT).toBe(createHash('sha256').update(source).digest('hex'));
    for (const [of, { dtype, data }] of Object.entries(numbers)) {
      if (of === 'images') continue;
      const found = [...inTorch![dtype === 'int32' ? 'integers' : 'floats'](`${folderOf(one)}/${of}`)];
      expect(found.length).toBe(data.length);
      const apart = found.reduce((most, value, at) => Math.max(most, Math.abs(value - data[at]!)), 0);
      expect(apart, `${of}. ${HINT}`).toBeLessThan(dtype === 'int32' ? 1 : 1e-4);
    }
  });

  it(`reads all weights in Python and no others${python ? '' : ': there is no Python here'}`, { skip: !python }, () => {
    const directory = path.join(place, 'safetensors');
    const report = JSON.parse(execFileSync(python!, [readNames, directory], { encoding: 'utf8' })) as Record<
      string,
      Record<'stored' | 'read' | 'missing', string[]>
    >;
    const { stored, read, missing } = report[directory]!;
    expect(missing).toEqual([]);
    expect(read).toEqual(stored.filter((weight) => !aside.test(weight)));
  });

  it('says in its description and readme how latents are shaped', () => {
    const text = (file: string) => readFileSync(path.join(place, 'safetensors', file), 'utf8');
    const { latents } = JSON.parse(text('description.json')) as { latents: { name: string; sides: number[] }[] };
    for (const { name: of, sides } of latents) {
      expect(numbers[of]!.shape).toEqual([COUNT, ...sides]);
      expect(text('README.md')).toContain(`[N, ${sides.join(', ')}]`);
    }
    const { metadata } = readSafetensors(readFileSync(path.join(place, 'safetensors', 'model.safetensors')));
    expect(JSON.parse(metadata.tessera!)).toEqual(JSON.parse(text('description.json')));
  });
});

type Numbers = Record<string, { dtype: 'float32' | 'int32'; shape: number[]; data: Float32Array | Int32Array }>;

/** What Tessera itself makes of the pictures: `images` [N, H, W, C], the latent by its names, `pictures` like images. */
async function numbersOf(runDirectory: string, { signal }: ExportCase): Promise<Numbers> {
  const { program, model, dispose } = await loadRun(runDirectory, STEP);
  const shape = [COUNT, signal.height, signal.width, signal.channels];
  const images = makeImages(signal);
  const names = latentArguments(model.latent).map((latent) => latent.name);
  const through = program.define('through', { feeds: { images: { shape, dtype: 'float32' } } }, (fed) => {
    const latents = model.encode(ops.sub(fed.images, 0.5));
    const pictures = ops.clip(ops.add(model.decode(latents), 0.5), 0, 1);
    return { ...Object.fromEntries(latents.map((one, at) => [names[at]!, one])), pictures };
  });
  const found = through.run({ images });
  dispose();
  return { images: { dtype: 'float32', shape, data: images }, ...(found as unknown as Numbers) };
}
