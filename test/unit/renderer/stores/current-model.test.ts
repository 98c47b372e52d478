import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Evaluation, RunSummary } from '@shared/contract';
import { nextTick } from 'vue';
import { bestOf, settledOn } from '@/stores/best-model';
import { useConnection } from '@/stores/connection';
import { useCurrentModel } from '@/stores/current-model';
import { useRuns } from '@/stores/runs';
import { fakeDocuments } from '../../../support/fake-documents';
import { fakePrior } from '../../../support/fake-priors';
import { evaluationWith, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { fakeWorkbench, type FakeWorkbench } from '../../../support/fake-workbench';

const at = (day: number): string => `2026-01-${String(day).padStart(2, '0')}T09:00:00.000Z`;
const good = fakeRun('good', 'finished', 1000, { createdAt: at(5) });
const evaluationOf = (psnr: number, more: Record<string, number> = {}): Evaluation =>
  evaluationWith(good.evaluation!, { psnr, ...more });
/** A finished run of a given PSNR. */
const run = (id: string, psnr: number, day: number, more: Partial<RunSummary> = {}): RunSummary =>
  fakeRun(id, 'finished', 1000, { evaluation: evaluationOf(psnr), createdAt: at(day), ...more });
const onDataset = (dataset: string): Pick<RunSummary, 'spec'> => ({ spec: { ...good.spec, dataset } });

describe('the best of several runs', () => {
  const best = (...runs: RunSummary[]): string | undefined => bestOf(runs)?.id;

  it('is none of none', () => expect(bestOf([])).toBeNull());

  it('is the one with the highest PSNR of those on one dataset, not the newest', () =>
    expect(best(run('new', 20, 9), run('better', 24, 2), run('old', 22, 1))).toBe('better'));

  it('is never a run of three steps while another has learnt something', () =>
    expect(best(fakeRun('hasty', 'finished', 3, { checkpoints: [3], createdAt: at(9) }), run('old', 15, 1))).toBe(
      'old',
    ));

  it('is never one worse than grey, or of collapsed codes, while another has learnt something', () => {
    const grey = run('grey', 30, 9, { evaluation: evaluationOf(30, { nmse: 1.1 }) });
    const collapsed = run('collapsed', 30, 8, { evaluation: evaluationOf(30, { perplexity: 1.2 }) });
    expect(best(grey, collapsed, run('old', 15, 1))).toBe('old');
  });

  it('is a finished run before one in training, and one in training before none', () => {
    const training = run('training', 30, 9, { status: 'running', active: true });
    expect(best(training, run('old', 15, 1))).toBe('old');
    expect(best(training)).toBe('training');
  });

  it('is a starred one before all others, and the best of several', () => {
    const starred = run('starred', 12, 1, { starred: true });
    expect(best(run('better', 30, 9), starred)).toBe('starred');
    expect(best(starred, run('also', 14, 1, { starred: true }))).toBe('also');
  });

  it('compares scores within a dataset alone, that of the newest run', () =>
    expect(
      best(
        run('easy', 40, 3, onDataset('easy')),
        run('hard', 20, 4, onDataset('hard')),
        run('hard2', 22, 2, onDataset('hard')),
      ),
    ).toBe('hard2'));

  it('is a person’s own before a bundled one, whatever their scores', () =>
    expect(best(run('bundled', 40, 9, { bundled: true }), run('own', 20, 1))).toBe('own'));

  it('is the newest of equals', () => expect(best(run('a', 20, 1), run('b', 20, 2))).toBe('b'));

  it('judges priors over the same codes by their nats', () => {
    const prior = (id: string, nats: number, day: number): RunSummary => {
      const made = fakePrior(id, good, { createdAt: at(day) });
      return { ...made, evaluation: { ...made.evaluation!, measures: { nats } } };
    };
    expect(best(prior('worse', 3, 9), prior('better', 2, 1))).toBe('better');
  });
});

describe('what is current without a choice', () => {
  it('stays when a better run of the same kind appears', () =>
    expect(settledOn([run('first', 20, 1), run('better', 30, 2)], 'first')?.id).toBe('first'));

  it('gives way when it never finished or learnt nothing, and another did', () => {
    const hasty = fakeRun('hasty', 'finished', 3, { checkpoints: [3] });
    expect(settledOn([hasty, run('better', 30, 2)], 'hasty')?.id).toBe('better');
  });
});

describe('the current model', () => {
  let fake: FakeWorkbench;
  const open = async (...runs: RunSummary[]) => {
    fake = fakeWorkbench(fakeRunHandlers(runs));
    const current = useCurrentModel();
    await useConnection().start(async () => fake.pipe);
    await vi.waitFor(() => expect(useRuns().loaded).toBe(true));
    await nextTick();
    return current;
  };
  beforeEach(() => setActivePinia(createPinia()));

  it('is the best there is until somebody chooses', async () => {
    const current = await open(run('new', 20, 9), run('better', 24, 2));
    expect(current.model?.id).toBe('better');
    current.choose('new');
    expect(current.model?.id).toBe('new');
  });

  it('is the autoencoder of a prior that is chosen, and that prior draws', async () => {
    const other = run('other', 30, 9);
    const current = await open(other, good, fakePrior('first', good), fakePrior('second', good));
    expect([current.model?.id, current.prior]).toEqual(['other', null]);
    current.choose('second');
    expect([current.model?.id, current.prior?.id]).toEqual(['good', 'second']);
    current.choose('other');
    expect(current.prior).toBeNull();
  });

  it('falls to the next best when its run goes, says so, and comes back with it', async () => {
    const current = await open(run('mine', 20, 9), run('better', 24, 2), run('worse', 10, 1));
    current.choose('mine');
    await nextTick();
    fake.emit('runs.removed', { run: 'mine' });
    await vi.waitFor(() => expect(current.fallen).not.toBeNull());
    expect([current.fallen!.from.id, current.fallen!.to?.id]).toEqual(['mine', 'better']);
    expect(current.model?.id).toBe('better');
    fake.emit('runs.changed', run('mine', 20, 9));
    await vi.waitFor(() => expect(current.model?.id).toBe('mine'));
  });

  it('says so too when nothing is left', async () => {
    const current = await open(good);
    fake.emit('runs.removed', { run: 'good' });
    await vi.waitFor(() => expect(current.fallen).toMatchObject({ from: { id: 'good' }, to: null }));
    expect(current.model).toBeNull();
  });

  it('is kept by the workspace, and followed in every tab', async () => {
    const documents = fakeDocuments();
    documents.onChange((change) => fake.emit('documents.changed', change));
    const runs = [run('new', 20, 9), run('better', 24, 2)];
    const start = async () => {
      setActivePinia(createPinia());
      fake = fakeWorkbench({ ...fakeRunHandlers(runs), ...documents.handlers });
      const current = useCurrentModel();
      await useConnection().start(async () => fake.pipe);
      await vi.waitFor(() => expect(current.model).not.toBeNull());
      return current;
    };
    (await start()).choose('new');
    await vi.waitFor(() => expect(fake.asked.some(({ method }) => method === 'documents.write')).toBe(true));
    const again = await start();
    expect(again.model?.id).toBe('new');
    documents.put('current-model', 'current', { run: 'better' });
    await vi.waitFor(() => expect(again.model?.id).toBe('better'));
  });

  it('of a workspace whose choice is gone is the best, and nobody’s choice', async () => {
    const documents = fakeDocuments();
    documents.put('current-model', 'current', { run: 'gone' });
    fake = fakeWorkbench({ ...fakeRunHandlers([run('new', 20, 9), run('better', 24, 2)]), ...documents.handlers });
    const current = useCurrentModel();
    await useConnection().start(async () => fake.pipe);
    await vi.waitFor(() => expect(current.model?.id).toBe('better'));
    expect(current.chosen).toBeNull();
  });

  it('does not change under a person’s hands when a run finishes', async () => {
    const current = await open(good);
    fake.emit('runs.changed', run('better', 40, 20));
    await vi.waitFor(() => expect(useRuns().list).toHaveLength(2));
    expect(current.model?.id).toBe('good');
  });

  it('offers as best beside it only what nothing speaks against', async () => {
    const hasty = fakeRun('hasty', 'finished', 3, { checkpoints: [3] });
    const current = await open(good, hasty);
    expect(current.bestBeside('hasty')?.id).toBe('good');
    expect(current.bestBeside('good')).toBeNull();
  });
});
