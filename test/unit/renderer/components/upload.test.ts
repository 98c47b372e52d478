import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { asAppError } from '@shared/errors';
import { chosenFiles, droppedFiles, nameOfChoice, uploadFiles } from '@/components/upload';
import { useConnection } from '@/stores/connection';
import { fakeRunHandlers } from '../../../support/fake-runs';
import { fakeWorkbench, type FakeHandlers, type FakeWorkbench } from '../../../support/fake-workbench';

const MIB = 1024 * 1024;
const file = (name: string, size: number): File =>
  new File([Uint8Array.from({ length: size }, (_, i) => i % 251)], name);
const written = new Map<string, number[]>();
let fake: FakeWorkbench;

async function connect(more: FakeHandlers = {}): Promise<ReturnType<typeof useConnection>> {
  fake = fakeWorkbench({
    ...fakeRunHandlers([]),
    'files.open': () => ({ grant: 'grant' }),
    'files.write': ({ path, offset, bytes }) => {
      const whole = written.get(path) ?? [];
      expect(offset).toBe(whole.length);
      written.set(path, whole.concat([...bytes]));
      return {};
    },
    'files.release': () => ({}),
    ...more,
  });
  const connection = useConnection();
  await connection.start(async () => fake.pipe);
  return connection;
}
const asked = (method: string): number => fake.asked.filter((request) => request.method === method).length;

beforeEach(() => {
  setActivePinia(createPinia());
  written.clear();
});

describe('handing files to the workbench', () => {
  it('sends each whole, in pieces of at most a MiB, an empty one too, and reports how far it is', async () => {
    const connection = await connect();
    const files = [
      { path: 'pets/cat/a.png', file: file('a.png', 2 * MIB + 5) },
      { path: 'pets/dog/b.png', file: file('b.png', 0) },
    ];
    const reports: [number, number][] = [];
    const grant = await uploadFiles(connection, files, {
      signal: new AbortController().signal,
      onProgress: (done, total) => reports.push([done, total]),
    });
    expect(grant).toBe('grant');
    expect(written.get('pets/cat/a.png')).toHaveLength(2 * MIB + 5);
    expect(written.get('pets/cat/a.png')?.[2 * MIB]).toBe((2 * MIB) % 251);
    expect(written.get('pets/dog/b.png')).toEqual([]);
    expect(asked('files.write')).toBe(4);
    expect(reports.at(-1)).toEqual([2 * MIB + 5, 2 * MIB + 5]);
    expect(asked('files.release')).toBe(0);
  });

  it('gives the grant back when it is cancelled, and says that it was', async () => {
    const connection = await connect();
    const controller = new AbortController();
    const upload = uploadFiles(connection, [{ path: 'a.png', file: file('a.png', 3 * MIB) }], {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    const failure = await upload.catch((thrown: unknown) => asAppError(thrown));
    expect(failure).toMatchObject({ code: 'CANCELLED' });
    expect([asked('files.write'), asked('files.release')]).toEqual([1, 1]);
  });

  it('gives the grant back when the workbench refuses a piece', async () => {
    const connection = await connect({ 'files.write': () => Promise.reject(new Error('The disk is full.')) });
    const upload = uploadFiles(connection, [{ path: 'a.png', file: file('a.png', 10) }], {
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    await expect(upload).rejects.toMatchObject({ message: 'The disk is full.' });
    expect(asked('files.release')).toBe(1);
  });
});

describe('what was chosen', () => {
  it('keeps its folders, and is called after the top one', () => {
    const nested = Object.defineProperty(file('a.png', 1), 'webkitRelativePath', { value: 'pets/cat/a.png' });
    const files = chosenFiles([nested]);
    expect(files[0]?.path).toBe('pets/cat/a.png');
    expect(nameOfChoice(files)).toBe('pets');
    expect(nameOfChoice(chosenFiles([file('shoes.tar.gz', 1)]))).toBe('shoes');
    expect(nameOfChoice(chosenFiles([file('cat.v2.png', 1)]))).toBe('cat.v2');
    expect(nameOfChoice(chosenFiles([file('a.png', 1), file('b.png', 1)]))).toBe('');
    expect(nameOfChoice([])).toBe('');
  });

  it('is walked when a folder was dropped, however its reader deals the entries out', async () => {
    const leaf = (path: string) => ({
      isFile: true,
      fullPath: path,
      file: (done: (file: File) => void) => done(file(path, 1)),
    });
    const batches = [[leaf('/pets/a.png')], [leaf('/pets/b.png')], []];
    const folder = {
      isFile: false,
      fullPath: '/pets',
      createReader: () => ({ readEntries: (done: (entries: unknown) => void) => done(batches.shift()) }),
    };
    const transfer = {
      items: [{ webkitGetAsEntry: () => folder }, { webkitGetAsEntry: () => null }],
    } as unknown as DataTransfer;
    expect((await droppedFiles(transfer)).map(({ path }) => path)).toEqual(['pets/a.png', 'pets/b.png']);
  });
});
