import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '@shared/errors';
import type { NearestItems, RunSummary } from '@shared/contract';
import { useDrawn } from '@/features/samples/drawn';
import SamplesView from '@/features/samples/SamplesView.vue';
import { fakeLatentHandlers } from '../../../support/fake-latents';
import { fakePrior, fakeSampleHandlers, fakeWatched } from '../../../support/fake-priors';
import { fakeLatent, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import type { FakeHandlers } from '../../../support/fake-workbench';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const teacher = fakeRun('teacher', 'finished', 1000);
const prior = fakePrior('prior', teacher);
const maskgit = fakePrior('prior', teacher, {
  spec: { ...prior.spec, model: { ...prior.spec.model, kind: 'maskgit' } as never },
});
/** Dialogs lie outside of the mounted page. */
const find = (name: string): HTMLElement => document.querySelector<HTMLElement>(`[data-test="${name}"]`)!;
const all = (name: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-test="${name}"]`)];
const asked = (method: string): Record<string, unknown>[] =>
  screen.fake.asked.filter((request) => request.method === method).map(({ params }) => params as never);
const frame = (): number => Number(find('watch').dataset.frame);
const press = (key: string): boolean =>
  find('watch').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

const open = async (runs: RunSummary[] = [prior, teacher], more: FakeHandlers = {}): Promise<void> => {
  screen = await mountScreen(SamplesView, '/samples', {
    ...fakeRunHandlers(runs),
    ...fakeLatentHandlers(fakeLatent),
    ...fakeSampleHandlers,
    ...more,
  });
  await vi.waitFor(() => expect(find('draw-panel')).not.toBeNull());
};
const chooseSample = async (number: number): Promise<void> => {
  find('draw-panel').dispatchEvent(new Event('submit', { cancelable: true }));
  await vi.waitFor(() => expect(find('sheet').dataset.state).toBe('done'));
  all('sample')[number]!.click();
  await vi.waitFor(() => expect(find('sample-detail')).not.toBeNull());
};
const watchSample = async (number: number): Promise<void> => {
  await chooseSample(number);
  find('watch-open').click();
  await vi.waitFor(() => expect(find('watch')).not.toBeNull());
  // what follows is by hand
  await vi.waitFor(() => expect(find('watch-play').getAttribute('aria-label')).toBe('Pause'));
  find('watch-play').click();
  press('Home');
  await vi.waitFor(() => expect(frame()).toBe(0));
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => screen.page.unmount());

describe('watching a sample being drawn', () => {
  it('draws that very sample again, and decodes it as far as it is settled', async () => {
    await open();
    useDrawn().settings.temperature = 0.5;
    await watchSample(3);
    expect(asked('samples.watch')).toMatchObject([
      { run: 'prior', checkpoint: 500, number: 3, seed: 1, temperature: 0.5 },
    ]);
    const [{ count, codes }] = asked('samples.decode') as [{ count: number; codes: Int32Array }];
    expect(count).toBe(32);
    expect(codes.slice(0, 49).every((code) => code === -1)).toBe(true);
    expect([...codes.slice(2 * 49, 3 * 49)].filter((code) => code >= 0)).toHaveLength(2);
  });

  it('goes step by step by keys and buttons, telling each step in words', async () => {
    await open();
    await watchSample(0);
    expect(find('watch-turn').textContent).toContain('Nothing is settled yet');
    expect(find('watch-story').textContent).toContain('This place is next');
    press('ArrowRight');
    await vi.waitFor(() => expect(frame()).toBe(1));
    expect(find('watch-story').textContent).toContain('Chance drew code 0, which had 6.3%; code 1 was the likeliest');
    find('watch-on').click();
    await vi.waitFor(() => expect(frame()).toBe(2));
    expect(find('watch-turn').textContent).toContain('Code 2 is settled, in view of the one before it');
    press('End');
    await vi.waitFor(() => expect(frame()).toBe(49));
    expect(find('watch-turn').textContent).toContain('All 49 codes are settled');
    find('watch-back').click();
    await vi.waitFor(() => expect(frame()).toBe(48));
  });

  it('shows the likeliest codes with their chances, and marks the one that was drawn', async () => {
    await open();
    await watchSample(0);
    expect(all('candidate').map((row) => row.dataset.drawn)).toEqual(['false', 'false', 'false']);
    press('ArrowRight');
    await vi.waitFor(() => expect(all('candidate')).toHaveLength(4));
    expect(all('candidate').map((row) => row.textContent.trim())).toEqual(['150%', '225%', '313%', '06.3%']);
    expect(all('candidate').at(-1)!.dataset.drawn).toBe('true');
    expect(find('candidates').textContent).toContain('all other codes together: 6.3%');
  });

  it('goes round by round where several codes are settled at a time, with guesses of the open ones', async () => {
    await open([maskgit, teacher], {
      'samples.watch': ({ rounds }) => fakeWatched(500, rounds, true),
    });
    useDrawn().settings.rounds = 4;
    await watchSample(0);
    expect(find('watch').dataset.rounds).toBe('true');
    expect(find('watch-story').textContent).toContain('before round 1');
    press('ArrowRight');
    await vi.waitFor(() => expect(find('watch-turn').textContent).toContain('Round 1 settled 13 codes'));
    expect(find('watch-frame').textContent).toBe('1 of 4 rounds');
  });

  it('says what went wrong, and tries again', async () => {
    let fails = true;
    await open([prior, teacher], {
      'samples.watch': (params, context) => {
        if (fails) throw new AppError('BAD_FILE', 'The checkpoint is damaged.');
        return fakeSampleHandlers['samples.watch']!(params, context);
      },
    });
    await chooseSample(0);
    find('watch-open').click();
    await vi.waitFor(() => expect(document.body.textContent).toContain('The checkpoint is damaged'));
    fails = false;
    [...document.querySelectorAll('[role="dialog"] button')]
      .find((button) => /again/i.test(button.textContent))!
      .dispatchEvent(new MouseEvent('click', { bubbles: true }));
    await vi.waitFor(() => expect(find('watch')).not.toBeNull());
  });

  it('is not offered where the prior’s checkpoint is gone', async () => {
    await open();
    await chooseSample(0);
    const store = useDrawn();
    expect(store.sheets[0]!.samples[0]!.recipe.prior.step).toBe(500);
    screen.page.unmount();
    await open([{ ...prior, checkpoints: [400] }, teacher]);
    await chooseSample(0);
    expect(find('watch-open')).toBeNull();
    expect(find('sample-unwatchable').textContent).toContain('no longer here');
  });
});

describe('the form of a prior that draws in rounds', () => {
  it('has rounds and how they choose, and keeps them in the recipe', async () => {
    await open([maskgit, teacher]);
    expect(find('samples-rounds')).not.toBeNull();
    Object.assign(useDrawn().settings, { rounds: 12, choice: 'halton' });
    await chooseSample(0);
    expect(asked('samples.draw')[0]).toMatchObject({ rounds: 12, choice: 'halton', choiceTemperature: 4.5 });
    expect(find('sheet-recipe').textContent).toContain('12 rounds · Halton order');
  });

  it('is no part of others', async () => {
    await open();
    expect(find('samples-rounds')).toBeNull();
    await chooseSample(0);
    expect(useDrawn().sheets[0]!.recipe.rounds).toBeUndefined();
  });
});

describe('a grid that fills as it is drawn', () => {
  it('shows what the samples look like so far', async () => {
    const handler = fakeSampleHandlers['samples.draw']!;
    let finish = (): void => undefined;
    await open([prior, teacher], {
      'samples.draw': async (params, context) => {
        const drawn = await handler(params, context);
        const report = { phase: 'drawing', done: 8, total: 16, skipped: 0, secondsLeft: null };
        context.progress({ ...report, soFar: { first: 0, pictures: drawn.pictures } });
        await new Promise<void>((resolve) => (finish = resolve));
        return drawn;
      },
    });
    find('draw-panel').dispatchEvent(new Event('submit', { cancelable: true }));
    await vi.waitFor(() => expect(all('sample-so-far')).toHaveLength(16));
    expect(all('sample')).toHaveLength(0);
    finish();
    await vi.waitFor(() => expect(all('sample')).toHaveLength(16));
    expect(all('sample-so-far')).toHaveLength(0);
  });
});

describe('whether samples are any good', () => {
  it('is measured on demand, beside what real pictures reach, and the smallness of numbers is told', async () => {
    await open();
    find('quality-open').click();
    await vi.waitFor(() => expect(find('quality-measure')).not.toBeNull());
    useDrawn().settings.temperature = 0.5;
    find('quality-measure')
      .closest('form')!
      .dispatchEvent(new Event('submit', { cancelable: true }));
    await vi.waitFor(() => expect(find('quality-table')).not.toBeNull());
    expect(asked('samples.quality')).toMatchObject([
      { run: 'prior', checkpoint: 'best', count: 512, temperature: 0.5 },
    ]);
    const rows = [...find('quality-table').querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent.trim()),
    );
    expect(rows).toEqual([
      ['FID-like (EfficientNet-Lite0) ↓', '42.5', '3.5'],
      ['Precision ↑', '0.25', '0.75'],
    ]);
    expect(find('quality').textContent).toContain('the fewer, the larger');
  });

  it('tells the nearest training pictures of one, and that it is remembered', async () => {
    await open();
    await chooseSample(2);
    find('find-nearest').click();
    await vi.waitFor(() => expect(all('nearest-item')).toHaveLength(4));
    expect(asked('samples.nearest')[0]).toMatchObject({ run: 'prior', checkpoint: 500 });
    expect(find('nearest-verdict').textContent).toContain('1 training picture has exactly these codes');
    expect(find('nearest-verdict').textContent).toContain(
      'Nearer to a training picture than 100% of held-out pictures',
    );
  });

  it('judges no nearness by a handful of held-out pictures', async () => {
    const nearest: FakeHandlers['samples.nearest'] = (...of) => ({
      ...(fakeSampleHandlers['samples.nearest']!(...of) as NearestItems),
      heldOut: { items: 19, farther: 1 },
    });
    await open([prior, teacher], { 'samples.nearest': nearest });
    await chooseSample(2);
    find('find-nearest').click();
    await vi.waitFor(() => expect(find('nearest-verdict')).not.toBeNull());
    expect(find('nearest-verdict').textContent).toContain('Only 19 held-out pictures');
    expect(find('nearest-verdict').textContent).not.toContain('Nearer to a training picture');
  });
});
