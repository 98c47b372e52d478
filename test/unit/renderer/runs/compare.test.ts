import { evaluationSchema } from '@shared/contract';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ComparedRun, Comparison, RunSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import RunsView from '@/features/runs/RunsView.vue';
import { fakeDataset, fakePictures, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import type { FakeHandlers } from '../../../support/fake-workbench';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

const one = fakeRun('one', 'finished', 1000, { createdAt: '2026-01-06T00:00:00.000Z' });
const other: RunSummary = {
  ...one,
  createdAt: '2026-01-05T00:00:00.000Z',
  id: 'other',
  name: 'other',
  spec: { ...one.spec, training: { ...one.spec.training, steps: 77 } },
};
const fresh = fakeRun('fresh', 'starting', 0, { createdAt: '2026-01-04T00:00:00.000Z' });

const compared = (run: string, model: string, nmse: number, perplexity: number | null): ComparedRun => ({
  run,
  name: run,
  model,
  step: 1000,
  bitsPerItem: 294,
  evaluation: evaluationSchema.parse({
    split: 'test',
    step: 1000,
    items: 1000,
    nmse,
    psnr: 20,
    perplexity,
    usage: perplexity === null ? null : 0.5,
    deadCodes: perplexity === null ? null : 3,
    measures: { 'ms-ssim': 0.9 },
  }),
  reconstructions: fakePictures(3, 28, 0.3),
});
const comparison: Comparison = {
  id: 'compare-1',
  path: 'exports/compare-1',
  files: [
    { name: 'comparison.csv', bytes: 7 },
    { name: 'sheet.png', bytes: 4 },
    { name: 'report.html', bytes: 6 },
  ],
  dataset: fakeDataset.id,
  datasetName: fakeDataset.name,
  split: 'test',
  measures: ['bits-per-item', 'nmse', 'psnr', 'ms-ssim', 'perplexity', 'usage', 'dead-codes'],
  names: ['a.png', 'b.png', 'c.png'],
  originals: fakePictures(3, 28, 1),
  runs: [compared('one', 'vq-vae', 0.25, 40), compared('other', 'ae', 0.125, null)],
};

let screen: MountedScreen;
const find = (name: string): HTMLElement | null => document.body.querySelector(`[data-test="${name}"]`);
const text = (name: string): string => find(name)?.textContent?.replaceAll(/\s+/g, ' ') ?? '';
const asked = (method: string): unknown[] =>
  screen.fake.asked.filter((request) => request.method === method).map(({ params }) => params);

/** The dialog over these runs, all of them ticked. */
async function open(runs: RunSummary[], more: FakeHandlers = {}): Promise<void> {
  screen = await mountScreen(RunsView, '/runs', {
    ...fakeRunHandlers(runs),
    'runs.compare': () => comparison,
    ...more,
  });
  const rows = () => screen.page.findAll('[data-test="run-row"]');
  await vi.waitFor(() => expect(rows()).toHaveLength(runs.length));
  expect(screen.page.find('[data-test="runs-compare"]').attributes('disabled')).toBeDefined();
  for (const row of rows()) await row.find('[role="checkbox"]').trigger('click');
  await screen.page.find('[data-test="runs-compare"]').trigger('click');
  await vi.waitFor(() => expect(find('compare-form')).not.toBeNull());
}
const measure = (): void => find('compare-measure')!.click();

afterEach(() => {
  vi.restoreAllMocks();
  screen.page.unmount();
  document.body.innerHTML = '';
});

describe('comparing runs', () => {
  it('measures all of them over the same pictures, and marks the best of each row', async () => {
    await open([one, other]);
    expect(asked('runs.compare')).toEqual([]);
    measure();
    await vi.waitFor(() => expect(find('compare-table')).not.toBeNull());
    expect(asked('runs.compare')).toMatchObject([
      { runs: ['one', 'other'], split: 'test', checkpoint: 'latest', pictures: 12, thorough: false, language: 'en' },
    ]);
    expect(text('compare-about')).toBe('Shoes and shirts, held-out split, 1,000 pictures, the same for every run.');
    const rows = [...find('compare-table')!.querySelectorAll('tbody tr')];
    expect(rows.map((row) => row.querySelector('th')!.textContent?.trim())).toEqual([
      'Bits per picture',
      'NMSE',
      'PSNR',
      'MS-SSIM',
      'Perplexity',
      'Codebook usage',
      'Dead codes',
    ]);
    const best = rows.map((row) => row.querySelector('[data-best]')?.firstChild?.textContent?.trim() ?? null);
    expect(best).toEqual([null, '0.125', null, null, null, null, null]);
  });

  it('says why a model has no value of a measure', async () => {
    await open([one, other]);
    measure();
    await vi.waitFor(() => expect(find('compare-table')).not.toBeNull());
    const gaps = [...find('compare-table')!.querySelectorAll('td[title]')];
    expect(gaps.map((gap) => [gap.textContent?.trim(), gap.getAttribute('title')])).toEqual(
      Array.from({ length: 3 }, () => ['–', 'Autoencoder has no such measure']),
    );
    expect(find('compare')!.parentElement!.textContent).toContain('this kind of model has no such measure');
  });

  it('tells which measures need a network that is not set up', async () => {
    await open([one, other]);
    measure();
    await vi.waitFor(() => expect(find('compare-table')).not.toBeNull());
    expect(find('compare')!.parentElement!.textContent).toContain('is not set up on this computer');
  });

  it('draws a sheet with the originals on top, and enlarges it by whole pixels', async () => {
    await open([one, other]);
    measure();
    await vi.waitFor(() => expect(find('compare-sheet')).not.toBeNull());
    const rows = [...find('compare-sheet')!.querySelectorAll('[data-test="sheet-row"]')];
    expect(rows.map((row) => [row.querySelector('p')!.textContent, row.querySelectorAll('canvas').length])).toEqual([
      ['Originals', 3],
      ['one', 3],
      ['other', 3],
    ]);
    const widths = () => find('compare-sheet')!.querySelector('canvas')!.style.width;
    expect(widths()).toBe('56px');
    find('scale-larger')!.click();
    await vi.waitFor(() => expect(widths()).toBe('84px'));
  });

  it('hands over the table, the sheet and the report as files', async () => {
    const contents: Record<string, string> = {
      'comparison.csv': 'run,psn',
      'sheet.png': '\x89PNG',
      'report.html': '<html>',
    };
    await open([one, other], {
      'exports.read': ({ file }) => {
        const bytes = Uint8Array.from(contents[file]!, (letter) => letter.charCodeAt(0));
        return { bytes, total: bytes.byteLength };
      },
    });
    measure();
    await vi.waitFor(() => expect(find('compare-table')).not.toBeNull());
    const saved: [string, string, number][] = [];
    let blob: Blob;
    vi.spyOn(URL, 'createObjectURL').mockImplementation((given) => ((blob = given as Blob), 'blob:x'));
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      saved.push([this.download, blob.type, blob.size]);
    });
    for (const [already, file] of ['table', 'sheet', 'report'].entries()) {
      find(`compare-save-${file}`)!.click();
      await vi.waitFor(() => expect(saved).toHaveLength(already + 1));
    }
    expect(saved).toEqual([
      ['comparison.csv', 'text/csv', 7],
      ['sheet.png', 'image/png', 4],
      ['report.html', 'text/html', 6],
    ]);
  });

  it('shows how far it is, and stops without a complaint', async () => {
    let cancelled = false;
    await open([one, other], {
      'runs.compare': (_params, { signal, progress }) => {
        progress({ phase: 'evaluate', done: 500, total: 2000, skipped: 0, secondsLeft: null });
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            cancelled = true;
            reject(new AppError('CANCELLED', 'Cancelled.'));
          }),
        );
      },
    });
    measure();
    await vi.waitFor(() => expect(text('compare-progress')).toContain('500 of 2,000'));
    find('cancel')!.click();
    await vi.waitFor(() => expect(find('compare-progress')).toBeNull());
    await vi.waitFor(() => expect(cancelled).toBe(true));
    expect(document.body.textContent).not.toContain('Cancelled.');
    expect(document.body.textContent).toContain('Measure them over the same pictures');
  });

  it('gives the workbench’s reason where runs read pictures of different sizes, and tries again when asked', async () => {
    let refused = true;
    await open([one, other], {
      'runs.compare': () => {
        if (refused)
          throw new AppError('BAD_REQUEST', 'other: The model reads pictures of 32 × 32; the dataset’s are 28 × 28.');
        return comparison;
      },
    });
    measure();
    await vi.waitFor(() => expect(text('error')).toContain('other: The model reads pictures of 32 × 32'));
    refused = false;
    find('retry')!.click();
    await vi.waitFor(() => expect(find('compare-table')).not.toBeNull());
    expect(find('error')).toBeNull();
  });

  it('leaves out what has no checkpoint yet, and says so', async () => {
    await open([one, other, fresh]);
    expect(text('compare-left-out')).toContain('fresh');
    measure();
    await vi.waitFor(() => expect(asked('runs.compare')).toMatchObject([{ runs: ['one', 'other'] }]));
  });

  it('shows the settings that are not the same', async () => {
    await open([one, other]);
    const tab = [...document.querySelectorAll<HTMLElement>('[role="tab"]')].find((each) =>
      each.textContent?.includes('Settings'),
    )!;
    tab.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    await vi.waitFor(() => expect(find('difference')).not.toBeNull());
    expect(text('difference')).toMatch(/training\.steps/);
    expect(find('difference')!.querySelectorAll('tbody tr')).toHaveLength(1);
  });

  it('leads to the curves of all of them over each other', async () => {
    await open([one, other]);
    find('compare-curves')!.click();
    await vi.waitFor(() => expect(screen.router.currentRoute.value.fullPath).toBe('/train?with=other'));
  });
});
