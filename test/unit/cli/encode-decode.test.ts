import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRun, tessera } from '../../support/cli';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const files = ['/out/a.npz'];
const skipped = [{ file: 'notes.txt', reason: 'no picture' }];

describe('encode', () => {
  it('encodes what is named with a checkpoint of the run into one file', async () => {
    await writeFile(path.join(folder, 'a.png'), '');
    let asked: unknown;
    const ran = await tessera(
      ['encode', 'a.png', '.', '--run', 'Tiny 1', '--out', 'codes.npz', '--checkpoint', 'best', '--json'],
      {
        outside: { directory: folder },
        handlers: { 'runs.list': () => [aRun()] },
        local: { 'local.encode': (given) => ((asked = given), { files, skipped, skippedCount: 1 }) },
      },
    );
    expect(asked).toEqual({
      run: 'tiny-1',
      checkpoint: 'best',
      sources: [path.join(folder, 'a.png'), folder],
      out: path.join(folder, 'codes.npz'),
    });
    expect(ran.json()).toEqual([{ files, skipped, skippedCount: 1 }]);
    expect(ran.code).toBe(0);
  });

  it('refuses to write anything but .npz', async () => {
    const ran = await tessera(['encode', folder, '--run', 'tiny-1', '--out', 'codes.png']);
    expect(ran.code).toBe(2);
    expect(ran.opened).toEqual([]);
  });
});

describe('decode', () => {
  const decodeWith = async (
    owner: { run: string; step: number } | null,
    checkpoints: number[],
    args: string[] = [],
  ) => {
    let asked: object | null = null;
    await writeFile(path.join(folder, 'codes.npz'), '');
    const ran = await tessera(['decode', 'codes.npz', '--out', 'pictures', ...args, '--json'], {
      outside: { directory: folder },
      handlers: { 'runs.list': () => [aRun({ checkpoints }), aRun({ id: 'other', name: 'Other', checkpoints })] },
      local: {
        'local.readLatent': ({ source }) => ({ owner: source === path.join(folder, 'codes.npz') ? owner : null }),
        'local.decode': (given) => ((asked = given), { files }),
      },
    });
    return { ran, asked };
  };

  it('decodes with the run and step that the file names', async () => {
    const { ran, asked } = await decodeWith({ run: 'tiny-1', step: 40 }, [20, 40, 60]);
    expect(ran.code).toBe(0);
    expect(asked).toEqual({
      run: 'tiny-1',
      checkpoint: 40,
      source: path.join(folder, 'codes.npz'),
      directory: path.join(folder, 'pictures'),
    });
  });

  it('takes the newest checkpoint once that step is gone, and another run if told to', async () => {
    const gone = await decodeWith({ run: 'tiny-1', step: 10 }, [20, 40]);
    expect(gone.asked).toMatchObject({ run: 'tiny-1', checkpoint: 'latest' });
    const other = await decodeWith({ run: 'tiny-1', step: 40 }, [40], ['--run', 'other']);
    expect(other.asked).toMatchObject({ run: 'other', checkpoint: 40 });
  });

  it('wants --run for a file that names none', async () => {
    const { ran, asked } = await decodeWith(null, []);
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject([{ error: { code: 'BAD_FILE', hint: 'Name the run with --run.' } }]);
    expect(asked).toBeNull();
  });
});
