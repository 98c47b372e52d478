import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { datasetManifestSchema, importOptionsSchema } from '@shared/specs';
import { buildEngine, openWorkplace, startRole, type EngineUnderTest, type Workplace } from '../../../support/engine';

let engine: Awaited<ReturnType<typeof buildEngine>>;
let place: Workplace;
const started: EngineUnderTest<'library'>[] = [];

beforeAll(async () => {
  [engine, place] = await Promise.all([buildEngine(), openWorkplace(200)]);
}, 120_000);
afterEach(async () => {
  for (const { child, exited } of started.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
});
afterAll(async () => {
  await Promise.all([place?.remove(), engine?.remove()]);
});

async function startLibrary(): Promise<EngineUnderTest<'library'>> {
  const library = await startRole(engine.entry, 'library');
  started.push(library);
  return library;
}

const request = (staging: string) => ({
  sources: [place.pictures],
  staging: path.join(place.folder, staging),
  options: importOptionsSchema.parse({}),
  sourceName: 'Shapes',
});

describe('the library process', () => {
  it('imports pictures, with progress, and reports what it did', async () => {
    const { peer } = await startLibrary();
    const phases = new Set<string>();
    const report = await peer.request('library.import', request('whole'), {
      onProgress: ({ phase }) => phases.add(phase),
    });
    expect(report).toMatchObject({ name: 'Shapes', items: 400, skippedCount: 0 });
    expect([...phases]).toEqual(['looking', 'reading', 'finishing']);
    const manifest = datasetManifestSchema.parse(
      JSON.parse(await readFile(path.join(place.folder, 'whole', 'dataset.json'), 'utf8')),
    );
    expect(manifest).toMatchObject({ count: 400, classes: ['disc', 'square'] });
  });

  it('gives an import up when it is cancelled, and imports again', async () => {
    const { peer } = await startLibrary();
    const cancel = new AbortController();
    const cancelled = peer.request('library.import', request('cancelled'), {
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(path.join(place.folder, 'cancelled', 'dataset.json'))).toBe(false);
    expect(await peer.request('library.import', request('again'))).toMatchObject({ items: 400 });
  });

  it('names the source that does not exist', async () => {
    const { peer } = await startLibrary();
    const wrong = { ...request('wrong'), sources: [path.join(place.folder, 'nothing here')] };
    await expect(peer.request('library.import', wrong)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('nothing here'),
    });
  });

  it('ends when it is asked to, giving up the import under way', async () => {
    const { peer, exited } = await startLibrary();
    let stopped: Promise<unknown> | undefined;
    const job = peer.request('library.import', request('given-up'), {
      onProgress: () => void (stopped ??= peer.request('engine.stop', {})),
    });
    await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
    await stopped;
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it('never loads TensorFlow', async () => {
    const { peer, child } = await startLibrary();
    await peer.request('library.import', request('light'));
    const mapped = path.join('/proc', String(child.pid), 'maps');
    if (existsSync(mapped)) expect(await readFile(mapped, 'utf8')).not.toContain('libtensorflow');
    else expect(await readFile(engine.entry, 'utf8')).not.toContain('tfjs'); // elsewhere: not even by name in the entry
  });

  it('reports what the machine has and lacks', async () => {
    const { peer } = await startLibrary();
    const { versions, memory } = await peer.request('library.doctor', {});
    expect(versions.node).toBe(process.versions.node);
    expect(memory.total).toBeGreaterThan(0);
  });

  it('refuses unknown requests and wrong parameters by name', async () => {
    const { peer } = await startLibrary();
    const wrong = { ...request('x'), options: { seed: -1 } };
    await expect(peer.request('library.import', wrong as never)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'options.seed',
    });
  });
});

describe('the engine entry', () => {
  it('refuses a role that it does not have', async () => {
    await expect(startRole(engine.entry, 'librarian' as 'library')).rejects.toThrow(/not "librarian"/);
  });
});
