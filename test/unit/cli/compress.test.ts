import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Compressed, CompressedHeader, RunSummary } from '@shared/contract';
import { fromPreset, presets } from '@shared/specs';
import { aRun, tessera } from '../../support/cli';
import { fakeCompressedRun, fakeCompression } from '../../support/fake-compression';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-cli-'));
  await writeFile(path.join(folder, 'a.png'), '');
  await writeFile(path.join(folder, 'in.tsr'), '');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const latent = { kind: 'codes' as const, levels: [{ axes: [8, 8], depth: 1, codes: 512, dimension: 64 }] };
const codesOf = (run: string) => ({ run, name: run, step: 40, weightsHash: 'a'.repeat(64), latent });
const priorRun = aRun({ id: 'gpt-1', name: 'Gpt', codes: codesOf('tiny-1'), checkpoints: [30, 60] });

describe('compress', () => {
  const made: Compressed = {
    files: ['/out/a.tsr'],
    items: 2,
    pixels: 2048,
    bits: {
      raw: 49_152,
      fixed: 1152,
      packed: 1152,
      entropy: 900.5,
      huffman: 1100,
      static: 1050,
      adaptive: 1024,
      coded: 1024,
      file: 2400,
    },
    skipped: [{ file: 'notes.txt', reason: 'no picture' }],
    skippedCount: 1,
  };
  const compressed = async (args: string[], runs: RunSummary[] = [aRun(), priorRun]) => {
    let asked: object | null = null;
    const measured: unknown[] = [];
    const ran = await tessera(['compress', ...args], {
      outside: { directory: folder },
      handlers: {
        'runs.list': () => runs,
        'compression.measure': (params) => (
          measured.push(params),
          fakeCompression([fakeCompressedRun('tiny-1', 'Tiny 1')])
        ),
      },
      local: { 'local.compress': (given) => ((asked = given), made) },
    });
    return { ran, asked, measured };
  };

  it('codes what is named, adaptively unless told otherwise, into the file named last', async () => {
    const { ran, asked } = await compressed(['a.png', '.', 'codes.tsr', '--run', 'Tiny 1', '--json']);
    expect(asked).toEqual({
      run: 'tiny-1',
      checkpoint: 'latest',
      sources: [path.join(folder, 'a.png'), folder],
      out: path.join(folder, 'codes.tsr'),
      coder: 'adaptive',
      label: null,
    });
    const { pixels: _pixels, ...result } = made;
    expect(ran.json()).toEqual([{ ...result, bitsPerPixel: 0.5 }]);
    const other = ['a.png', 'c.tsr', '--run', 'tiny-1', '--coder', 'huffman', '--checkpoint', 'best'];
    const { asked: told } = await compressed(other);
    expect(told).toMatchObject({ run: 'tiny-1', checkpoint: 'best', coder: 'huffman', label: null });
  });

  it('shows what the codes take at each stage, and what was passed over', async () => {
    const { ran } = await compressed(['a.png', 'codes.tsr', '--run', 'tiny-1']);
    const [text] = ran.out;
    expect(text).toMatch(/^pixels as bytes +6,144 +24$/m);
    expect(text).toMatch(/^entropy of single codes +113 +0\.4397$/m);
    expect(text).toMatch(/^written: adaptive +128 +0\.5$/m);
    expect(text).toContain('notes.txt: no picture');
  });

  it('codes by a prior of the run, with a checkpoint of the prior', async () => {
    const args = ['a.png', 'codes.tsr', '--run', 'tiny-1', '--prior', 'Gpt', '--checkpoint', '30'];
    const { ran, asked } = await compressed(args);
    expect(ran.code).toBe(0);
    expect(asked).toMatchObject({ run: 'gpt-1', checkpoint: 30, coder: 'prior', label: null });
  });

  it('tells a prior with classes the class of the pictures, by its name', async () => {
    const preset = presets.find(({ name }) => name === 'gpt-tiny')!;
    const spec = fromPreset(preset, 'flowers', { run: 'tiny-1', step: 40 });
    const withClasses = { ...spec, model: { ...spec.model, condition: 'class' } as typeof spec.model };
    const told = { ...priorRun, classes: ['cat', 'dog'], spec: withClasses };
    const args = (label: string) => ['a.png', 'c.tsr', '--run', 'tiny-1', '--prior', 'Gpt', '--label', label, '--json'];
    const { asked } = await compressed(args('dog'), [aRun(), told]);
    expect(asked).toMatchObject({ coder: 'prior', label: 1 });
    const { ran, asked: none } = await compressed(args('dgo'), [aRun(), told]);
    expect(ran.json()).toMatchObject([{ error: { code: 'BAD_REQUEST', hint: 'Did you mean dog?' } }]);
    expect(none).toBeNull();
    const alone = await compressed(['a.png', 'c.tsr', '--run', 'tiny-1', '--label', 'dog', '--json']);
    expect(alone.ran.json()).toMatchObject([{ error: { code: 'BAD_REQUEST' } }]);
  });

  it('measures the other formats beside it when asked to', async () => {
    const { ran, measured } = await compressed(['a.png', 'c.tsr', '--run', 'tiny-1', '--compare']);
    expect(measured).toEqual([
      expect.objectContaining({ runs: ['tiny-1'], usePriors: false, pictures: { kind: 'files', grant: 'grant-1' } }),
    ]);
    expect(ran.out[0]).toMatch(/^jpeg, files of the same size, quality 1 \(larger\) +1,300 +200 +17\.5 +0\.4$/m);
    expect(ran.out[0]).toMatch(/^png +9,000 +8,900 +– +1$/m);
    const { ran: json } = await compressed(['a.png', 'c.tsr', '--run', 'tiny-1', '--compare', '--json']);
    expect(json.json()).toMatchObject([
      { formats: { psnr: 21, png: { fileBytes: 9000 }, jpeg: { sameSize: { quality: 1, fits: false } } } },
    ]);
  });

  it('refuses a prior that learnt other codes, or none', async () => {
    const other = aRun({ id: 'gpt-2', codes: codesOf('elsewhere') });
    const args = (prior: string) => ['a.png', 'codes.tsr', '--run', 'tiny-1', '--prior', prior, '--json'];
    const { ran, asked } = await compressed(args('gpt-2'), [aRun(), other]);
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject([{ error: { code: 'CONFLICT' } }]);
    expect(asked).toBeNull();
    expect((await compressed(args('tiny-1'))).ran.json()).toMatchObject([{ error: { code: 'BAD_REQUEST' } }]);
  });

  it.each([
    ['no .tsr at the end', ['a.png', 'b.png', '--run', 'tiny-1']],
    ['nothing but a .tsr', ['in.tsr', '--run', 'tiny-1']],
    ['no run', ['a.png', 'codes.tsr']],
    ['a coder that is none', ['a.png', 'codes.tsr', '--run', 'tiny-1', '--coder', 'zip']],
    ['a coder beside a prior', ['a.png', 'codes.tsr', '--run', 'tiny-1', '--coder', 'packed', '--prior', 'gpt-1']],
  ])('refuses %s before anything is opened', async (_what, args) => {
    const { ran, asked } = await compressed(args);
    expect(ran.code).toBe(2);
    expect(ran.opened).toEqual([]);
    expect(asked).toBeNull();
  });
});

describe('decompress', () => {
  const decompressed = async (header: CompressedHeader, args: string[] = []) => {
    let asked: object | null = null;
    const files = ['/out/a.png', '/out/b.png'];
    const ran = await tessera(['decompress', 'in.tsr', 'pictures', ...args, '--json'], {
      outside: { directory: folder },
      handlers: { 'runs.list': () => [aRun({ checkpoints: [20, 40] }), priorRun] },
      local: {
        'local.readCompressed': () => header,
        'local.decompress': (given) => ((asked = given), { files, items: 2 }),
      },
    });
    return { ran, asked };
  };
  const header: CompressedHeader = { coder: 'static', items: 2, opener: { run: 'tiny-1', step: 20 } };

  it('opens a file with the run and step that it names', async () => {
    const { ran, asked } = await decompressed(header);
    expect(asked).toEqual({
      run: 'tiny-1',
      checkpoint: 20,
      source: path.join(folder, 'in.tsr'),
      directory: path.join(folder, 'pictures'),
    });
    expect(ran.json()).toEqual([{ files: ['/out/a.png', '/out/b.png'], items: 2 }]);
  });

  it('opens it with another run if told to, and with the newest checkpoint where the step is gone', async () => {
    const { asked } = await decompressed({ ...header, coder: 'prior', opener: { run: 'far', step: 7 } }, [
      '--run',
      'gpt-1',
    ]);
    expect(asked).toMatchObject({ run: 'gpt-1', checkpoint: 'latest' });
  });

  it('says what a file needs that the workspace has not', async () => {
    const { ran, asked } = await decompressed({ ...header, coder: 'prior', opener: { run: 'far', step: 7 } });
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject([
      { error: { code: 'NOT_FOUND', message: expect.stringContaining('the prior of run “far” at step 7') as string } },
    ]);
    expect(asked).toBeNull();
  });
});
