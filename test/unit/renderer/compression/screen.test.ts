import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import CompressionView from '@/features/compression/CompressionView.vue';
import { useCurrentModel } from '@/stores/current-model';
import { useMeasurement } from '@/features/compression/measurement';
import { useRestored } from '@/features/compression/restored';
import { useDocuments } from '@/stores/documents';
import { fakeDocuments } from '../../../support/fake-documents';
import { fakeCompressedRun, fakeCompression, fakeRestored } from '../../../support/fake-compression';
import { fakePrior } from '../../../support/fake-priors';
import { fakeDataset, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import type { FakeHandlers } from '../../../support/fake-workbench';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const find = (name: string) => screen.page.find(`[data-test="${name}"]`);
const all = (name: string) => screen.page.findAll(`[data-test="${name}"]`);
const asked = (method: string): unknown[] =>
  screen.fake.asked.filter((request) => request.method === method).map(({ params }) => params);

const teacher = fakeRun('teacher', 'finished', 1000);
const other = fakeRun('other', 'finished', 500);
const prior = fakePrior('prior', teacher);
const byPrior = fakeCompressedRun('teacher', 'teacher', {
  prior: { run: 'prior', name: 'My GPT', model: 'gpt' },
  coder: 'prior',
  bits: { ...fakeCompressedRun('teacher', 'teacher').bits, prior: 20_000 },
  conditioned: 100,
});

const open = async (
  runs: RunSummary[] = [teacher, other, prior],
  more: FakeHandlers = {},
  address = '/compression',
): Promise<void> => {
  screen = await mountScreen(CompressionView, address, {
    ...fakeRunHandlers(runs),
    'datasets.list': () => [fakeDataset],
    'compression.measure': () => fakeCompression([byPrior]),
    ...more,
  });
  await vi.waitFor(() => expect(find('compression').exists()).toBe(true));
};
const measured = async (): Promise<void> => {
  await find('measure-form').trigger('submit');
  await vi.waitFor(() => expect(find('measured').exists()).toBe(true));
};

beforeEach(() => {
  URL.createObjectURL = () => 'blob:test';
  URL.revokeObjectURL = () => undefined;
});
afterEach(() => screen.page.unmount());

describe('a result of compression', () => {
  it('gets an address, and is there again when that is opened', async () => {
    const kept = fakeDocuments();
    await open(undefined, kept.handlers);
    await measured();
    const { id } = fakeCompression([byPrior]);
    await vi.waitFor(() => expect(screen.router.currentRoute.value.path).toBe(`/compression/${id}`));
    const shown = find('measured').text();
    screen.page.unmount();
    kept.put('compression', id, fakeCompression([byPrior]));
    await open(undefined, kept.handlers, `/compression/${id}`);
    await vi.waitFor(() => expect(find('measured').exists()).toBe(true));
    expect(find('measured').text()).toBe(shown);
    await screen.router.push('/compression/gone');
    await vi.waitFor(() => expect(find('compression').text()).toContain('no longer kept'));
  });

  it('that could not be kept says so, and has no address', async () => {
    const notKept = { code: 'DISK' as const, message: 'The disk is full.', hint: '' };
    await open(undefined, { 'compression.measure': () => ({ ...fakeCompression([byPrior]), notKept }) });
    await measured();
    expect(useDocuments().refusal).toMatchObject({ code: 'DISK' });
    expect(screen.router.currentRoute.value.path).toBe('/compression');
  });
});

describe('the Compression screen without anything to compress with', () => {
  it('says what comes first', async () => {
    await open([]);
    expect(find('nothing-to-compress-with').text()).toContain('Train a model');
    expect(find('restore-panel').exists()).toBe(true);
    expect(find('measure').exists()).toBe(false);
  });

  it('waits for the first checkpoint of a model that learns', async () => {
    await open([fakeRun('young', 'running', 10, { active: true, checkpoints: [], best: null })]);
    expect(find('nothing-to-compress-with').text()).toContain('still learning');
  });
});

describe('measuring', () => {
  it('asks for the held-out pictures of the run’s own dataset, and by what more runs were chosen', async () => {
    await open();
    const measurement = useMeasurement();
    useCurrentModel().choose('teacher');
    measurement.others = ['other', 'gone'];
    measurement.count = 40;
    await measured();
    expect(asked('compression.measure')).toEqual([
      {
        runs: ['teacher', 'other'],
        checkpoint: 'best',
        pictures: { kind: 'items', dataset: 'shoes', split: 'test', count: 40 },
        usePriors: true,
        perceptual: false,
      },
    ]);
  });

  it('shows every stage with its bytes, bits per pixel and factor, the chosen coder standing out', async () => {
    await open();
    await measured();
    const stages = all('stage').map((row) => row.attributes('data-stage'));
    expect(stages).toEqual(['raw', 'fixed', 'huffman', 'static', 'adaptive', 'prior', 'jpegSame', 'webpSame', 'png']);
    const text = (key: string) => screen.page.find(`[data-stage="${key}"]`).text();
    expect(text('raw')).toMatch(/78,400\s*8\s*1 ×/);
    expect(text('prior')).toMatch(/2,500\s*0\.255\s*31\.4 ×/);
    expect(screen.page.find('[data-stage="prior"]').classes()).toContain('font-semibold');
    expect(find('stage-note').text()).toContain(
      'My GPT knows which codes follow which. It was given the classes of 100',
    );
    expect(find('measured-summary').text()).toContain('0.255 bits per pixel');
  });

  it('marks the codes of fixed length where no coder makes them smaller', async () => {
    const packed = fakeCompressedRun('teacher', 'teacher', { coder: 'packed' });
    await open([teacher], { 'compression.measure': () => fakeCompression([packed]) });
    await measured();
    const strong = all('stage').filter((row) => row.classes().includes('font-semibold'));
    expect(strong.map((row) => row.attributes('data-stage'))).toEqual(['fixed']);
  });

  it('says where a format fits and where it can’t, with headers and without', async () => {
    await open();
    await measured();
    expect(find('format-jpeg').text()).toContain('PSNR 25.30 dB (+4.30)');
    expect(find('format-jpeg').text()).toContain('quality 40 · 590 bytes');
    expect(find('header-share').text()).toContain('74%');
    await find('counting-files').trigger('click');
    expect(find('format-jpeg').text()).toContain('Not possible: even quality 1 takes 1,300 bytes');
    expect(all('stage').map((row) => row.attributes('data-stage'))).toContain('file');
    expect(find('measured-summary').text()).toContain('0.429 bits per pixel');
  });

  it('shows the pictures in four ways with their likeness, and one of them large', async () => {
    await open();
    await measured();
    expect(all('sheet-row').map((row) => row.attributes('data-row'))).toEqual(['originals', 'codes', 'jpeg', 'webp']);
    expect(all('sheet-row')[1]!.text()).toContain('21.0 dB · 0.80');
    await all('look')[1]!.trigger('click');
    await vi.waitFor(() => expect(document.querySelector('[data-test="large-picture"]')).not.toBeNull());
    expect(document.querySelectorAll('[data-test="large-picture"] canvas')).toHaveLength(4);
    expect(document.body.textContent).toContain('b.png');
    document.querySelector<HTMLElement>('[data-test="large-next"]')!.click();
    await vi.waitFor(() => expect(document.body.textContent).toContain('c.png'));
  });

  it('puts several runs into one plot, and looks at each closely', async () => {
    const runs = [byPrior, fakeCompressedRun('other', 'other', { psnr: 19, tsr: '2-other.tsr' })];
    await open(undefined, { 'compression.measure': () => fakeCompression(runs) });
    await measured();
    expect(find('shown-run').exists()).toBe(true);
    await find('rate-table-open').trigger('click');
    const rows = find('rate-table').text();
    expect(rows).toMatch(/teacher coded by My GPT\s*0\.255\s*21/);
    expect(rows).toMatch(/other coded by adaptive range coding\s*0\.311\s*19/);
    expect(rows).toMatch(/JPEG quality 50\s*0\.0704\s*27\.3/);
  });

  it('shows why it can’t, and measures again on demand', async () => {
    let fails = true;
    await open(undefined, {
      'compression.measure': () => {
        if (!fails) return fakeCompression([byPrior]);
        throw new AppError('LIMIT', 'At most 512 pictures of 256 × 256 px are measured together.');
      },
    });
    await find('measure-form').trigger('submit');
    await vi.waitFor(() => expect(find('error').text()).toContain('At most 512 pictures'));
    fails = false;
    await find('retry').trigger('click');
    await vi.waitFor(() => expect(find('measured').exists()).toBe(true));
    expect(find('error').exists()).toBe(false);
  });

  it('can be stopped, and then nothing has changed', async () => {
    await open(undefined, {
      'compression.measure': (_params, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new AppError('CANCELLED', 'Cancelled.'))),
        ),
    });
    await find('measure-form').trigger('submit');
    await vi.waitFor(() => expect(find('measure-progress').exists()).toBe(true));
    await find('cancel').trigger('click');
    await vi.waitFor(() => expect(find('measure-progress').exists()).toBe(false));
    expect(find('error').exists()).toBe(false);
    expect(find('measured').exists()).toBe(false);
  });

  it('sends one’s own files first, and lets them go afterwards', async () => {
    await open(undefined, {
      'files.open': () => ({ grant: 'granted' }),
      'files.write': () => ({}),
      'files.release': () => ({}),
    });
    const measurement = useMeasurement();
    measurement.from = 'files';
    measurement.own = { files: [{ path: 'a.png', file: new File([Uint8Array.of(1, 2)], 'a.png') }] };
    await measured();
    expect(asked('files.write')).toMatchObject([{ grant: 'granted', path: 'a.png', offset: 0 }]);
    expect(asked('compression.measure')).toMatchObject([{ pictures: { kind: 'files', grant: 'granted' } }]);
    await vi.waitFor(() => expect(asked('files.release')).toEqual([{ grant: 'granted' }]));
  });

  it('hands over the compressed file, the numbers and the pictures', async () => {
    await open(undefined, { 'exports.read': () => ({ bytes: Uint8Array.of(1, 2, 3, 4), total: 4 }) });
    await measured();
    for (const kind of ['tsr', 'csv', 'sheet']) await find(`save-${kind}`).trigger('click');
    await vi.waitFor(() =>
      expect(asked('exports.read')).toEqual(
        ['1-teacher.tsr', 'compression.csv', '1-teacher.png'].map((file) => ({ id: 'compression-1', file, offset: 0 })),
      ),
    );
  });
});

describe('a compressed file', () => {
  const uploads: FakeHandlers = {
    'files.open': () => ({ grant: 'granted' }),
    'files.write': () => ({}),
    'files.release': () => ({}),
  };
  const choose = () => useRestored().open(new File([Uint8Array.of(1, 2, 3)], 'shoes.tsr'));

  it('is opened, and its pictures shown with their names', async () => {
    await open(undefined, { ...uploads, 'compression.restore': () => fakeRestored() });
    await choose();
    await vi.waitFor(() => expect(all('restored-picture')).toHaveLength(3));
    expect(asked('files.write')).toMatchObject([{ path: 'shoes.tsr' }]);
    expect(find('restored-about').text()).toContain('shoes.tsr: 5 pictures, coded by a prior, opened with prior');
    expect(find('restore-panel').text()).toContain('The first 3 are shown');
    await all('restored-picture')[2]!.trigger('click');
    expect(find('restore-panel').text()).toContain('c.png');
    await find('restore-close').trigger('click');
    expect(find('restored-pictures').exists()).toBe(false);
  });

  it('says why it is refused', async () => {
    const reason = 'This file needs the autoencoder of run “vq-vae” at step 40, not that of run “vq-vae” at step 50.';
    await open(undefined, {
      ...uploads,
      'compression.restore': () => {
        throw new AppError('CONFLICT', reason);
      },
    });
    await choose();
    await vi.waitFor(() => expect(find('restore-panel').text()).toContain(reason));
    expect(asked('files.release')).toEqual([{ grant: 'granted' }]);
  });
});
