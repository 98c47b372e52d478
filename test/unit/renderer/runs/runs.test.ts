import { unzipSync } from 'fflate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { setPath, type RunSpec } from '@shared/specs';
import { differences } from '@/features/runs/compare';
import { downloadExport, fileNameOf } from '@/components/download';
import { arrangeRuns } from '@/features/runs/sorting';
import { fakePrior } from '../../../support/fake-priors';
import { fakeRun } from '../../../support/fake-runs';

const ids = (runs: RunSummary[]): string[] => runs.map(({ id }) => id);

describe('the order of the table', () => {
  const early = fakeRun('early', 'finished', 300, { createdAt: '2026-01-01T00:00:00.000Z' });
  const late = fakeRun('late', 'finished', 1000, { createdAt: '2026-01-02T00:00:00.000Z', tags: ['Baseline'] });
  const fresh = fakeRun('fresh', 'starting', 0, { createdAt: '2026-01-03T00:00:00.000Z', note: 'first of the series' });
  const all = [early, late, fresh];

  it('follows a column both ways, with what has no figure last either way', () => {
    expect(ids(arrangeRuns(all, '', 'nmse', false))).toEqual(['late', 'early', 'fresh']);
    expect(ids(arrangeRuns(all, '', 'nmse', true))).toEqual(['early', 'late', 'fresh']);
    expect(ids(arrangeRuns(all, '', 'created', true))).toEqual(['fresh', 'late', 'early']);
  });

  it('has nats of priors only: they have no NMSE, and autoencoders no nats', () => {
    const prior = fakePrior('prior', late);
    const young = fakePrior('young', late, { evaluation: null });
    expect(ids(arrangeRuns([early, young, prior], '', 'nats', false))).toEqual(['prior', 'early', 'young']);
    expect(ids(arrangeRuns([prior, early], '', 'nmse', true))).toEqual(['early', 'prior']);
    expect(ids(arrangeRuns([prior, early], '', 'psnr', false))).toEqual(['early', 'prior']);
  });

  it('compares held-out figures only: a run without any goes last, whatever its last batch had', () => {
    const unseen = fakeRun('unseen', 'stopped', 300, { evaluation: null });
    expect(unseen.latest?.nmse).toBeDefined();
    for (const column of ['nmse', 'perplexity'] as const)
      for (const descending of [false, true])
        expect(ids(arrangeRuns([unseen, early, late], '', column, descending)).at(-1)).toBe('unseen');
  });

  it('puts starred runs first', () => {
    expect(ids(arrangeRuns([...all, { ...early, id: 'starred', starred: true }], '', 'created', true))[0]).toBe(
      'starred',
    );
  });

  it('keeps runs whose name, tag, note or dataset has the words, whatever their case', () => {
    expect(ids(arrangeRuns(all, 'baseline', 'name', false))).toEqual(['late']);
    expect(ids(arrangeRuns(all, ' SERIES ', 'name', false))).toEqual(['fresh']);
    expect(ids(arrangeRuns(all, 'shoes', 'name', false))).toHaveLength(3);
    expect(arrangeRuns(all, 'nothing like it', 'name', false)).toEqual([]);
  });
});

describe('the difference of configurations', () => {
  it('has the settings that are not the same in all, and no other', () => {
    const one = fakeRun('one', 'finished', 10);
    const other = structuredClone(one);
    other.spec.training.steps = 77;
    other.spec = setPath(other.spec, 'model.quantizer.codes', 128) as RunSpec;
    const found = new Map(differences([one, other, one]).map(({ path, values }) => [path, values]));
    expect([...found.keys()].sort()).toEqual(['model.quantizer.codes', 'training.steps']);
    expect(found.get('training.steps')).toEqual([one.spec.training.steps, 77, one.spec.training.steps]);
    expect(differences([one, one])).toEqual([]);
  });
});

describe('an export', () => {
  afterEach(() => vi.restoreAllMocks());
  /** What the browser was given to save. */
  function catchDownloads(): { name: string; blob: Blob }[] {
    const saved: { name: string; blob: Blob }[] = [];
    let blob: Blob;
    vi.spyOn(URL, 'createObjectURL').mockImplementation((given) => ((blob = given as Blob), 'blob:x'));
    vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push({ name: this.download, blob });
    });
    return saved;
  }
  const files = new Map([
    ['saved_model.pb', Uint8Array.of(1, 2, 3)],
    ['variables/variables.index', Uint8Array.from({ length: 10 }, (_, i) => i)],
  ]);
  const reader = (pieces: number) => ({
    request: vi.fn(async (_method: string, { file, offset }: { file: string; offset: number }) => {
      const whole = files.get(file)!;
      return { bytes: whole.slice(offset, offset + pieces), total: whole.byteLength };
    }),
  });
  const made = (names: string[]) => ({
    id: 'e',
    format: 'savedmodel' as const,
    path: '',
    files: names.map((name) => ({ name, bytes: files.get(name)!.byteLength })),
  });
  type Connection = Parameters<typeof downloadExport>[0];

  it('of several files is one zip that keeps their folders', async () => {
    const saved = catchDownloads();
    await downloadExport(reader(4) as unknown as Connection, made([...files.keys()]), 'My run: savedmodel');
    expect(saved.map(({ name }) => name)).toEqual(['My-run-savedmodel.zip']);
    expect(unzipSync(new Uint8Array(await saved[0]!.blob.arrayBuffer()))).toEqual(Object.fromEntries(files));
  });

  it('of one file is that file', async () => {
    const saved = catchDownloads();
    await downloadExport(reader(2) as unknown as Connection, made(['saved_model.pb']), 'x');
    expect(saved[0]!.name).toBe('saved_model.pb');
    expect(new Uint8Array(await saved[0]!.blob.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('is refused when a file became shorter meanwhile, rather than saved torn', async () => {
    const saved = catchDownloads();
    const torn = made(['saved_model.pb']);
    torn.files[0]!.bytes = 5;
    await expect(downloadExport(reader(8) as unknown as Connection, torn, 'x')).rejects.toMatchObject({
      code: 'BAD_FILE',
    });
    expect(saved).toEqual([]);
  });

  it('gets a name that every system takes', () => {
    expect(fileNameOf('a/b: c*')).toBe('a-b-c');
    expect(fileNameOf('鞋子 第一次')).toBe('鞋子-第一次');
    expect(fileNameOf('***')).toBe('export');
  });
});
