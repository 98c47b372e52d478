import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h, ref } from 'vue';
import type { DatasetSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import { dialogs } from '@/app/dialogs';
import DatasetView from '@/features/datasets/DatasetView.vue';
import DatasetsView from '@/features/datasets/DatasetsView.vue';
import { fakeDatasetHandlers } from '../../../support/fake-datasets';
import { fakeDataset, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';
import type { FakeHandlers } from '../../../support/fake-workbench';

let screen: MountedScreen;
const body = (name: string): HTMLElement | null => document.body.querySelector(`[data-test="${name}"]`);
const asked = (method: string): unknown[] =>
  screen.fake.asked.filter((request) => request.method === method).map(({ params }) => params);
const own = (): DatasetSummary => ({ ...fakeDataset, id: 'own', name: 'My shoes', count: 40, bundled: false });
const openCards = async (datasets: DatasetSummary[], more: FakeHandlers = {}): Promise<void> => {
  screen = await mountScreen(DatasetsView, '/datasets', {
    ...fakeRunHandlers([]),
    ...fakeDatasetHandlers(datasets),
    ...more,
  });
};
const openOne = async (datasets: DatasetSummary[], more: FakeHandlers = {}, shown = ref('own')): Promise<void> => {
  const one = defineComponent({ render: () => h(DatasetView, { dataset: shown.value }) });
  screen = await mountScreen(one, '/datasets/own', {
    ...fakeRunHandlers([fakeRun('first', 'finished', 500)]),
    ...fakeDatasetHandlers(datasets),
    ...more,
  });
};

beforeEach(() => Object.assign(dialogs, { import: false, source: null }));
afterEach(() => {
  screen.page.unmount();
  document.body.innerHTML = '';
});

describe('the datasets', () => {
  it('are cards with what is in them, the example marked', async () => {
    await openCards([{ ...fakeDataset }, own()]);
    await vi.waitFor(() => expect(screen.page.findAll('[data-test="dataset-card"]')).toHaveLength(2));
    const [example, mine] = screen.page.findAll('[data-test="dataset-card"]');
    expect(example!.text()).toMatch(/Shoes and shirts.*Example.*10,000 items · 28 × 28 px, grey.*2 classes/s);
    expect(mine!.text()).not.toContain('Example');
    expect(mine!.attributes('href')).toBe('/datasets/own');
  });

  it('have room beside them for one’s own pictures', async () => {
    await openCards([{ ...fakeDataset }]);
    await vi.waitFor(() => expect(body('import-card')).not.toBeNull());
    body('import-card')!.click();
    await vi.waitFor(() => expect(body('import-start')).not.toBeNull());
  });

  it('say how to begin while there are none', async () => {
    await openCards([]);
    await vi.waitFor(() => expect(screen.page.text()).toContain('No pictures yet'));
  });

  it('show a failure instead of claiming that there are none, and load when tried again', async () => {
    let fail = true;
    await openCards([], {
      'datasets.list': () => {
        if (fail) throw new AppError('DISK', 'The catalogue could not be read.');
        return [own()];
      },
    });
    await vi.waitFor(() => expect(body('error')?.textContent).toContain('could not be read'));
    expect(screen.page.text()).not.toContain('No pictures yet');
    fail = false;
    await screen.page.find('[data-test="retry"]').trigger('click');
    await vi.waitFor(() => expect(body('dataset-card')).not.toBeNull());
    expect(body('error')).toBeNull();
  });
});

describe('importing', () => {
  /** The dialog with one small file chosen. */
  async function choose(more: FakeHandlers): Promise<void> {
    await openCards([own()], {
      'files.open': () => ({ grant: 'g' }),
      'files.write': () => ({}),
      'files.release': () => ({}),
      ...more,
    });
    await screen.page.find('[data-test="import-open"]').trigger('click');
    await vi.waitFor(() => expect(body('import-files')).not.toBeNull());
    const input = body('import-files') as HTMLInputElement;
    const value = [new File([Uint8Array.of(1, 2, 3)], 'pets.zip')];
    Object.defineProperty(input, 'files', { value, configurable: true });
    input.dispatchEvent(new Event('change'));
    await vi.waitFor(() => expect((body('import-start') as HTMLButtonElement).disabled).toBe(false));
  }

  it('hands the files over, imports them under their name, and lists what was skipped and why', async () => {
    const skipped = [{ file: 'broken.png', reason: 'The file ends too early.' }];
    await choose({
      'datasets.import': ({ options }) => ({
        dataset: 'own',
        name: options.name ?? '',
        items: 12,
        splits: { train: 10, test: 2 },
        skipped,
        skippedCount: 1,
        captions: 0,
        tags: 0,
        fields: 0,
        notes: [],
      }),
    });
    body('import-start')!.click();
    await vi.waitFor(() => expect(body('import-report')).not.toBeNull());
    expect(asked('files.write')).toMatchObject([{ grant: 'g', path: 'pets.zip', offset: 0 }]);
    expect(asked('datasets.import')).toMatchObject([{ grant: 'g', options: { name: 'pets', fit: 'crop' } }]);
    expect(body('import-report')!.textContent).toMatch(
      /12 items imported.*1 file was skipped.*broken\.png.*ends too early/s,
    );
  });

  it('fills in the name of what was chosen until another is written, and says its size with a unit', async () => {
    await choose({});
    const name = (): HTMLInputElement => document.body.querySelector('[data-test="field-name"] input')!;
    await vi.waitFor(() => expect(name().value).toBe('pets'));
    expect(body('import-choice')!.textContent).toBe('pets · 1 file · 3 byte');
    const order = Array.from(document.body.querySelectorAll('[data-test^="field-"]'), (field) =>
      field.getAttribute('data-test'),
    );
    expect(order.indexOf('field-width')).toBeLessThan(order.indexOf('field-height'));
    const write = async (value: string): Promise<void> => {
      name().value = value;
      name().dispatchEvent(new Event('input'));
      await vi.waitFor(() => expect(name().value).toBe(value));
    };
    const again = async (file: string): Promise<void> => {
      const input = body('import-files') as HTMLInputElement;
      Object.defineProperty(input, 'files', { value: [new File([Uint8Array.of(1)], file)], configurable: true });
      input.dispatchEvent(new Event('change'));
      await vi.waitFor(() => expect(body('import-choice')!.textContent).toContain(file.replace('.zip', '')));
    };
    await again('cats.zip');
    await vi.waitFor(() => expect(name().value).toBe('cats'));
    await write('My cats');
    await again('dogs.zip');
    expect(name().value).toBe('My cats');
  });

  it('ends with what was understood, names made harmless, and the way on to training', async () => {
    await choose({
      'datasets.import': () => ({
        dataset: 'own',
        name: 'pets',
        items: 12,
        splits: { train: 10, test: 2 },
        skipped: [{ file: 'a\u001b[2J\nb.png', reason: 'it is empty' }],
        skippedCount: 1,
        captions: 0,
        tags: 0,
        fields: 0,
        notes: ['Splits are as the folders say: train to train on; dev held out.'],
      }),
    });
    body('import-start')!.click();
    await vi.waitFor(() => expect(body('import-notes')?.textContent).toContain('dev held out'));
    expect(body('import-report')!.textContent).toContain('a�[2J�b.png');
    body('import-train')!.click();
    await vi.waitFor(() => expect(screen.router.currentRoute.value.fullPath).toBe('/train?new=own'));
  });

  it('can be cancelled, and is then ready to begin again without a complaint', async () => {
    const stopped = vi.fn();
    await choose({
      'datasets.import': (_params, { signal, progress }) => {
        progress({ phase: 'decode', done: 1, total: 12, skipped: 0, secondsLeft: 9 });
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => (stopped(), reject(new AppError('CANCELLED', 'Cancelled.')))),
        );
      },
    });
    body('import-start')!.click();
    await vi.waitFor(() => expect(document.body.textContent).toContain('1 of 12'));
    body('cancel')!.click();
    await vi.waitFor(() => expect(body('import-start')).not.toBeNull());
    expect(stopped).toHaveBeenCalledTimes(1);
    expect(body('error')).toBeNull();
  });

  it('begins with what the desktop host granted, and imports that without an upload', async () => {
    Object.assign(dialogs, { import: true, source: { grant: 'from-the-host', name: 'summer' } });
    await openCards([own()], {
      'datasets.import': () => {
        throw new AppError('BAD_FILE', 'Nothing in it is a picture.');
      },
    });
    await vi.waitFor(() => expect(body('import-choice')?.textContent).toContain('summer'));
    body('import-start')!.click();
    await vi.waitFor(() =>
      expect(asked('datasets.import')).toMatchObject([{ grant: 'from-the-host', options: { name: 'summer' } }]),
    );
    expect(asked('files.open')).toEqual([]);
  });

  it('keeps the choice after a failure, and shows it', async () => {
    await choose({
      'datasets.import': () => {
        throw new AppError('BAD_FILE', '“pets.zip” is not a zip archive.', 'Choose another file.');
      },
    });
    body('import-start')!.click();
    await vi.waitFor(() => expect(body('error')?.textContent).toContain('is not a zip archive'));
    expect(body('import-choice')!.textContent).toContain('pets');
  });
});

describe('one dataset', () => {
  it('counts what a filter leaves, and says when that is nothing', async () => {
    await openOne([own()]);
    await vi.waitFor(() => expect(body('item-total')?.textContent).toBe('40 items'));
    const search = screen.page.find('input[placeholder="Search names and captions"]');
    await search.setValue('picture-00003');
    await vi.waitFor(() => expect(body('item-total')?.textContent).toBe('10 items'));
    await search.setValue('no such picture');
    await vi.waitFor(() => expect(screen.page.text()).toContain('Nothing matches'));
    expect(asked('datasets.items').at(-1)).toMatchObject({ filter: { text: 'no such picture' } });
  });

  it('says why an item was found, marks it, and shows all that is said of it', async () => {
    await openOne([own()]);
    await vi.waitFor(() => expect(body('item-total')?.textContent).toBe('40 items'));
    await screen.page.find('input[placeholder="Search names and captions"]').setValue('风筝 21');
    await vi.waitFor(() => expect(body('item-total')?.textContent).toBe('1 item'));
    await screen.page.find('[data-test="dataset-grid"]').trigger('keydown', { key: 'Enter' });
    await vi.waitFor(() => expect(body('item-captions')).not.toBeNull());
    expect([...body('item-captions')!.querySelectorAll('li')].map((caption) => caption.textContent)).toEqual([
      'a red kite, no. 21',
      '红色的风筝 21',
    ]);
    expect(body('item-captions')!.querySelector('mark')!.textContent).toBe('风筝 21');
    expect(body('item-tags')!.textContent).toBe('sky天空');
    expect(body('item-fields')!.textContent).toBe('authorWeiyear2024');
    const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    body('item-captions')!.querySelectorAll('button')[1]!.click();
    expect(copied).toHaveBeenCalledWith('红色的风筝 21');
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await screen.page.find('input[placeholder="Search names and captions"]').setValue('picture-00002');
    await vi.waitFor(() => expect(body('item-total')?.textContent).toBe('10 items'));
    await screen.page.find('[data-test="dataset-grid"]').trigger('keydown', { key: 'Enter' });
    await vi.waitFor(() => expect(body('item-words-none')?.textContent).toContain('No captions'));
  });

  it('is looked at whole when it is opened from another one that was searched', async () => {
    const shown = ref('own');
    await openOne([own(), { ...own(), id: 'other', name: 'Other' }], {}, shown);
    await vi.waitFor(() => expect(body('item-total')?.textContent).toBe('40 items'));
    const search = screen.page.find<HTMLInputElement>('input[placeholder="Search names and captions"]');
    await search.setValue('picture-00003');
    await vi.waitFor(() => expect(body('item-total')?.textContent).toBe('10 items'));
    shown.value = 'other';
    await vi.waitFor(() => expect(screen.page.find('h1').text()).toBe('Other'));
    await vi.waitFor(() => expect(body('item-total')?.textContent).toBe('40 items'));
    expect(search.element.value).toBe('');
    const filters = asked('datasets.items').filter((one) => (one as { dataset: string }).dataset === 'other');
    expect(filters.length).toBeGreaterThan(0);
    for (const params of filters) expect(params).toMatchObject({ filter: { text: '' } });
  });

  it('is renamed in place; Esc leaves its name as it was', async () => {
    await openOne([own()]);
    await vi.waitFor(() => expect(screen.page.find('h1').text()).toBe('My shoes'));
    await screen.page.find('button[aria-label="Rename"]').trigger('click');
    await screen.page.find('form input').setValue('Boots');
    await screen.page.find('form').trigger('keydown', { key: 'Escape' });
    expect(screen.page.find('h1').text()).toBe('My shoes');
    expect(asked('datasets.rename')).toEqual([]);
    await screen.page.find('button[aria-label="Rename"]').trigger('click');
    await screen.page.find('form input').setValue('Boots');
    await screen.page.find('form').trigger('submit');
    await vi.waitFor(() => expect(screen.page.find('h1').text()).toBe('Boots'));
  });

  it('goes into the bin and back to the cards', async () => {
    await openOne([own()], { 'runs.list': () => [] });
    await vi.waitFor(() => expect(screen.page.find('h1').exists()).toBe(true));
    await screen.page.find('[data-test="dataset-remove"]').trigger('click');
    await vi.waitFor(() => expect(screen.router.currentRoute.value.path).toBe('/datasets'));
    expect(asked('datasets.remove')).toEqual([{ dataset: 'own' }]);
  });

  it('names the runs that learnt from it before it goes into the bin', async () => {
    const learner = fakeRun('learner', 'finished', 500);
    const runs = [{ ...learner, spec: { ...learner.spec, dataset: 'own' } }];
    await openOne([own()], { 'runs.list': () => runs });
    await vi.waitFor(() => expect(screen.page.find('h1').exists()).toBe(true));
    await screen.page.find('[data-test="dataset-remove"]').trigger('click');
    await vi.waitFor(() => expect(body('learners')?.textContent).toContain('learner'));
    expect(asked('datasets.remove')).toEqual([]);
    body('remove-confirm')!.click();
    await vi.waitFor(() => expect(asked('datasets.remove')).toEqual([{ dataset: 'own' }]));
  });

  it('tells its numbers: classes, mean, licence, what was skipped', async () => {
    await openOne([own()]);
    await vi.waitFor(() => expect(screen.page.find('h1').exists()).toBe(true));
    await screen.page.findAll('[role="tab"]')[1]!.trigger('mousedown', { button: 0 });
    await vi.waitFor(() => expect(body('statistics')).not.toBeNull());
    for (const words of ['0.2860', 'MIT', 'broken.png', 'shoe', 'shirt'])
      expect(body('statistics')!.textContent).toContain(words);
  });

  it('says so when it does not exist', async () => {
    await openOne([]);
    await vi.waitFor(() => expect(body('error')?.textContent).toContain('There is no dataset “own”'));
  });
});
