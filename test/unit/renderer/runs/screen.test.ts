import { evaluationSchema } from '@shared/contract';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import RunsView from '@/features/runs/RunsView.vue';
import { fakePrior } from '../../../support/fake-priors';
import { fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';
import type { FakeHandlers } from '../../../support/fake-workbench';

let screen: MountedScreen;
const rows = () => screen.page.findAll('[data-test="run-row"]');
const body = (name: string): HTMLElement | null => document.body.querySelector(`[data-test="${name}"]`);
const asked = (method: string): unknown[] =>
  screen.fake.asked.filter((request) => request.method === method).map(({ params }) => params);
const open = async (runs: RunSummary[], more: FakeHandlers = {}): Promise<void> => {
  const list = runs.map((run) => ({ ...run }));
  screen = await mountScreen(RunsView, '/runs', {
    ...fakeRunHandlers(list),
    'runs.update': ({ run, ...change }) =>
      Object.assign(
        list.find(({ id }) => id === run)!,
        change,
      ),
    ...more,
  });
};
const finished = fakeRun('finished', 'finished', 1000, { createdAt: '2026-01-02T00:00:00.000Z' });
const stopped = fakeRun('stopped', 'stopped', 300, { createdAt: '2026-01-03T00:00:00.000Z', tags: ['baseline'] });

afterEach(() => {
  screen.page.unmount();
  document.body.innerHTML = '';
});

describe('the table of runs', () => {
  it('shows where each stands, in words, with its figures', async () => {
    await open([finished, stopped]);
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    const [newest] = rows();
    expect(newest!.find('[data-test="run-status"]').text()).toBe('Stopped');
    expect(newest!.text()).toContain('300 / 1,000');
    expect(newest!.text()).toContain(stopped.evaluation!.measures.nmse!.toFixed(4));
    expect(newest!.text()).toContain('90%');
  });

  it('shows no figures of the last batch where none are held out', async () => {
    await open([{ ...stopped, evaluation: null }]);
    await vi.waitFor(() => expect(rows()).toHaveLength(1));
    const cells = rows()[0]!
      .findAll('td')
      .map((cell) => cell.text());
    expect(cells.slice(cells.indexOf('300 / 1,000') + 1).slice(0, 4)).toEqual(['–', '–', '–', '–']);
  });

  it('lists a run that can’t be read with its file, and deletes it', async () => {
    const message = "/w/runs/bad/run.json can't be read as JSON.";
    const bad = { id: 'bad', createdAt: '2026-01-01T00:00:00.000Z', damage: { file: 'run.json', message } };
    const partly = { ...finished, damage: { file: 'metrics.jsonl', message: 'Nothing in it is a line of metrics.' } };
    await open([], { 'runs.list': () => [partly, bad], 'runs.remove': () => ({}) });
    await vi.waitFor(() => expect(screen.page.find('[data-test="damaged-run"]').exists()).toBe(true));
    expect(screen.page.find('[data-test="damaged-run"]').text()).toContain('run.json is damaged');
    expect(screen.page.find('[data-test="damaged-run"]').text()).toContain(message);
    expect(screen.page.find('[data-test="run-damage"]').text()).toBe('metrics.jsonl is damaged');
    expect(body('runs-none')).toBeNull();
    await screen.page.find('[data-test="damaged-delete"]').trigger('click');
    await vi.waitFor(() => expect(screen.page.find('[data-test="damaged-run"]').exists()).toBe(false));
    expect(asked('runs.remove')).toEqual([{ run: 'bad' }]);
    expect(rows()).toHaveLength(1);
  });

  it('says so when no run fits what is searched for', async () => {
    await open([finished, stopped]);
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    await screen.page.find('input[placeholder]').setValue('no such run');
    expect(rows()).toHaveLength(0);
    expect(body('runs-none')!.textContent).toContain('No run has this');
  });

  it('is sorted by the column whose head is clicked, and says so to a screen reader', async () => {
    await open([finished, stopped]);
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    const head = screen.page.find('[data-test="sort-nmse"]');
    await head.trigger('click');
    expect(rows().map((row) => row.attributes('data-run'))).toEqual(['finished', 'stopped']);
    expect(screen.page.find('th[aria-sort="ascending"]').text()).toBe('NMSE');
    await head.trigger('click');
    expect(rows().map((row) => row.attributes('data-run'))).toEqual(['stopped', 'finished']);
  });

  it('keeps the runs that the search finds', async () => {
    await open([finished, stopped]);
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    await screen.page.find('input[placeholder^="Search"]').setValue('baseline');
    expect(rows().map((row) => row.attributes('data-run'))).toEqual(['stopped']);
  });

  it('stars a run', async () => {
    await open([finished, stopped]);
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    await screen.page.find('[data-run="finished"] button[aria-label="Star"]').trigger('click');
    await vi.waitFor(() => expect(rows()[0]!.attributes('data-run')).toBe('finished'));
    expect(rows()[0]!.find('button[aria-label="Star"]').attributes('aria-pressed')).toBe('true');
  });

  it('shows how far an export is that takes long, and cancels it without a complaint', async () => {
    let cancelled = false;
    await open([finished], {
      'exports.create': (_params, { signal, progress }) => {
        progress({ phase: 'writing', done: 3, total: 8, skipped: 0, secondsLeft: null });
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            cancelled = true;
            reject(new AppError('CANCELLED', 'Cancelled.'));
          }),
        );
      },
    });
    await vi.waitFor(() => expect(rows()).toHaveLength(1));
    await screen.page.find('[data-test="run-menu"]').trigger('keydown', { key: 'Enter' });
    await vi.waitFor(() => expect(body('export-safetensors')).not.toBeNull());
    body('export-safetensors')!.click();
    await vi.waitFor(() => expect(asked('exports.create')).toHaveLength(1));
    const shown = () => screen.page.find('[data-test="export-progress"]');
    await vi.waitFor(() => expect(shown().text()).toContain('3 of 8'), { timeout: 10_000 });
    await shown().find('[data-test="cancel"]').trigger('click');
    await vi.waitFor(() => expect(shown().exists()).toBe(false));
    expect(cancelled).toBe(true);
    expect(document.body.textContent).not.toContain('Cancelled.');
  });

  it('leads to training while there are no runs', async () => {
    await open([]);
    await vi.waitFor(() => expect(screen.page.text()).toContain('No runs yet'));
    expect(screen.page.find('a[href="/train"]').exists()).toBe(true);
  });

  it('shows a failure instead of claiming that there are none', async () => {
    await open([], {
      'runs.list': () => {
        throw new AppError('DISK', 'The catalogue could not be read.');
      },
    });
    await vi.waitFor(() => expect(body('error')?.textContent).toContain('could not be read'));
    expect(screen.page.text()).not.toContain('No runs yet');
  });
});

describe('one run', () => {
  const openDetail = async (more: FakeHandlers = {}): Promise<void> => {
    await open([finished], more);
    await vi.waitFor(() => expect(rows()).toHaveLength(1));
    await rows()[0]!
      .findAll('button')
      .find((button) => button.text() === 'finished')!
      .trigger('click');
    await vi.waitFor(() => expect(body('run-detail')).not.toBeNull());
  };
  const button = (label: string): HTMLButtonElement =>
    [...document.querySelectorAll('button')].find((found) => found.textContent?.trim() === label)!;

  it('is renamed where it is shown', async () => {
    await openDetail();
    const input = (
      body('run-name')!.matches('input') ? body('run-name') : body('run-name')!.querySelector('input')
    ) as HTMLInputElement;
    input.value = 'Better';
    input.dispatchEvent(new Event('input'));
    input.dispatchEvent(new Event('change'));
    await vi.waitFor(() => expect(asked('runs.update')).toMatchObject([{ run: 'finished', name: 'Better' }]));
    await vi.waitFor(() => expect(rows()[0]!.text()).toContain('Better'));
  });

  it('is evaluated on demand, with progress, and shows the new figures', async () => {
    let end = (): void => undefined;
    await openDetail({
      'runs.evaluate': async (_params, { progress }) => {
        progress({ phase: 'evaluate', done: 250, total: 1000, skipped: 0, secondsLeft: 3 });
        await new Promise<void>((resolve) => (end = resolve));
        return evaluationSchema.parse({
          split: 'test',
          step: 1000,
          items: 1000,
          nmse: 0.0123,
          psnr: 30.5,
          perplexity: 50,
          usage: 1,
          deadCodes: 0,
          measures: {},
        });
      },
    });
    button('Evaluate now').click();
    await vi.waitFor(() => expect(body('run-detail')!.textContent).toContain('250 of 1,000'));
    end();
    await vi.waitFor(() => expect(body('run-detail')!.textContent).toContain('0.0123'));
  });

  it('says where a run comes from, how to repeat it and how to cite it, and leaves out what has no say', async () => {
    const session = {
      startedAt: '2026-01-02T00:00:00.000Z',
      writtenAt: '2026-01-02T00:10:00.000Z',
      fromStep: 0,
      toStep: 500,
      seconds: 3600,
      machine: { cpu: 'Z80', cores: 1, memoryBytes: 64e3, system: 'CP/M' },
      device: 'cpu',
      threads: 1,
      versions: { tessera: '0.2.0', tensorflow: '2.21.0', node: '20.0.0' },
    };
    await openDetail({
      'runs.provenance': () => ({
        sessions: [session, { ...session, fromStep: 500, toStep: 1000 }],
        datasetHash: 'ab'.repeat(32),
        weights: [{ step: 1000, hash: 'cd'.repeat(32), isBest: true }],
      }),
    });
    await vi.waitFor(() => expect(body('origin-time')?.textContent).toContain('2:00:00 in 2 sessions'));
    expect(body('origin-machine')!.textContent).toBe('Z80, 1 cores, 64 kB, CP/M');
    expect(body('origin-dataset')!.textContent).toContain(`sha256:${'ab'.repeat(32)}`);
    expect(body('citation')!.textContent).toContain('Tessera 0.2.0');
    expect(body('command-line')!.textContent).toMatch(/^tessera train --dataset /);
    const settings = [...document.querySelectorAll('[data-setting]')].map((row) => row.getAttribute('data-setting'));
    expect(settings[0]).toBe('training.seed');
    expect(settings).toContain('model.quantizer.decay');
    expect(settings).not.toContain('model.quantizer.codebookRate');
  });

  it('says of an old run that its origin was not recorded', async () => {
    await openDetail();
    await vi.waitFor(() => expect(body('origin-time')?.textContent).toBe('not recorded'));
    expect(body('origin-versions')!.textContent).toBe('not recorded');
  });

  it('shows its log and its whole configuration', async () => {
    await openDetail();
    button('Show the log').click();
    await vi.waitFor(() => expect(body('run-detail')!.textContent).toContain('loss is NaN'));
    expect(body('run-detail')!.textContent).toContain('model.quantizer.codes');
  });
});

describe('priors in the table', () => {
  const prior = fakePrior('prior', finished);

  it('have a column of their own once there is one, and open in Samples', async () => {
    await open([finished]);
    await vi.waitFor(() => expect(rows()).toHaveLength(1));
    expect(screen.page.find('[data-test="sort-nats"]').exists()).toBe(false);
    screen.page.unmount();
    await open([finished, prior]);
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    expect(screen.page.find('[data-test="sort-nats"]').text()).toBe('Nats per code');
    expect(screen.page.find('[data-run="prior"]').text()).toContain('2.500');
    await screen.page.find('[data-run="prior"] td:nth-child(2) button').trigger('click');
    await vi.waitFor(() => expect(body('detail-codes')?.textContent).toContain('finished, step 1,000'));
    body('detail-samples')!.click();
    await vi.waitFor(() => expect(screen.router.currentRoute.value.path).toBe('/samples'));
  });

  it('are a click away from an autoencoder with codes', async () => {
    await open([finished, fakeRun('fresh', 'queued', 0)]);
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    await screen.page.find('[data-run="finished"] td:nth-child(2) button').trigger('click');
    await vi.waitFor(() => expect(body('detail-prior')).not.toBeNull());
    body('detail-prior')!.click();
    await vi.waitFor(() => expect(screen.router.currentRoute.value.fullPath).toBe('/train?new=shoes'));
  });
});
