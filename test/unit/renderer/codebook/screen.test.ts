import { setPath } from '@shared/specs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import CodebookView from '@/features/codebook/CodebookView.vue';
import { CODES, fakeCodebook, fakePictures, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const find = (name: string) => screen.page.find(`[data-test="${name}"]`);
const open = async (runs: RunSummary[], more = {}): Promise<void> => {
  screen = await mountScreen(CodebookView, '/codebook', { ...fakeRunHandlers(runs), ...more });
};
afterEach(() => screen.page.unmount());

const { counts } = fakeCodebook(0);
const byUse = [...counts.keys()].sort((a, b) => counts[b]! - counts[a]! || a - b);

describe('the codebook screen', () => {
  it('begins with the most used code and tells what it stands for', async () => {
    await open([fakeRun('first', 'finished', 1000)]);
    await vi.waitFor(() => expect(find('code-detail').text()).toContain(`Code ${byUse[0]}`));
    expect(find('code-map-value').text()).toContain(
      `Code ${byUse[0]}: used ${counts[byUse[0]!]!.toLocaleString('en')} times`,
    );
    expect(find('codebook-dead').text()).toContain(`${counts.filter((count) => count === 0).length} of ${CODES}`);
  });

  it('says so where tiles are differences, and how much they are amplified', async () => {
    const runs = [fakeRun('first', 'finished', 1000)];
    await open(runs, { 'studio.palette': () => ({ step: 1000, tiles: fakePictures(CODES, 8, 1), gain: 6.8 }) });
    await vi.waitFor(() => expect(find('codebook-gain').text()).toContain('amplified about 7 times'));
  });

  it('chooses codes with the arrow keys, in the order that is shown, and asks about the one chosen', async () => {
    await open([fakeRun('first', 'finished', 1000)]);
    await vi.waitFor(() => expect(find('code-map').exists()).toBe(true));
    await find('code-map').trigger('keydown', { key: 'ArrowRight' });
    await vi.waitFor(() => expect(find('code-map-value').text()).toContain(`Code ${byUse[1]}:`));
    await vi.waitFor(() =>
      expect(
        screen.fake.asked.some(
          ({ method, params }) => method === 'studio.code' && (params as { code: number }).code === byUse[1],
        ),
      ).toBe(true),
    );
    expect(screen.fake.asked.find(({ method }) => method === 'studio.code')?.params).toMatchObject({
      checkpoint: 1000,
      split: 'test',
    });
  });

  it('says of a dead code that it is dead', async () => {
    await open([fakeRun('first', 'finished', 1000)]);
    await vi.waitFor(() => expect(find('code-map').exists()).toBe(true));
    for (let i = 1; i < CODES; i++) await find('code-map').trigger('keydown', { key: 'ArrowDown' });
    await vi.waitFor(() => expect(find('code-map-value').text()).toMatch(/dead, never used/));
    expect(find('code-detail').text()).toContain('dead: never used here');
    expect(find('position-map').exists()).toBe(false);
  });

  it('is a table as well: each code with its numbers, in the order of the map, and a button that chooses it', async () => {
    await open([fakeRun('first', 'finished', 1000)]);
    await vi.waitFor(() => expect(find('look-table').exists()).toBe(true));
    await find('look-table').trigger('click');
    expect(find('code-map').exists()).toBe(false);
    const rows = screen.page.findAll('[data-test="code-row"]');
    expect(rows.map((row) => row.find('th').text())).toEqual(byUse.map((code) => `Code ${code}`));
    expect(rows[0]!.text()).toContain(counts[byUse[0]!]!.toLocaleString('en'));
    expect(rows.at(-1)!.text()).toContain('dead');
    expect(rows[0]!.find('button').attributes('aria-pressed')).toBe('true');
    await rows[2]!.find('button').trigger('click');
    await vi.waitFor(() => expect(find('code-detail').text()).toContain(`Code ${byUse[2]}`));
    expect(rows[2]!.find('button').attributes('aria-pressed')).toBe('true');
  });

  it('goes to a near code when its tile is pressed', async () => {
    await open([fakeRun('first', 'finished', 1000)]);
    const near = (byUse[0]! + 1) % CODES;
    const tile = () => screen.page.find(`button[aria-label^="Code ${near}, at distance"]`);
    await vi.waitFor(() => expect(tile().exists()).toBe(true));
    await tile().trigger('click');
    await vi.waitFor(() => expect(find('code-detail').text()).toContain(`Code ${near}`));
  });

  it('says what the use of the codes means, and what a new run may change', async () => {
    const run = fakeRun('first', 'finished', 1000);
    const plain = { ...run, spec: setPath(run.spec, 'model.quantizer.reviveAfter', 0) as RunSummary['spec'] };
    await open([plain], {
      'studio.codebook': () => ({
        ...fakeCodebook(1000),
        counts: Uint32Array.from({ length: CODES }, (_, code) => (code < 40 ? 500 : 0)),
      }),
    });
    await vi.waitFor(() => expect(find('usage-verdict').attributes('data-level')).toBe('low'));
    expect(find('usage-verdict').text()).toContain('24 of 64 codes are never used');
    await find('remedy-revive-codes').trigger('click');
    await vi.waitFor(() => expect(screen.router.currentRoute.value.query).toEqual({ new: run.spec.dataset }));
  });

  it('shows how far the count is and lets it be stopped', async () => {
    const stopped = vi.fn();
    await open([fakeRun('first', 'finished', 1000)], {
      'studio.codebook': (
        _: unknown,
        { signal, progress }: { signal: AbortSignal; progress: (value: unknown) => void },
      ) =>
        new Promise((_resolve, reject) => {
          progress({ phase: 'count', done: 500, total: 1000, skipped: 0, secondsLeft: 2 });
          signal.addEventListener('abort', () => {
            stopped();
            reject(new Error('stopped'));
          });
        }),
    });
    await vi.waitFor(() => expect(screen.page.text()).toContain('500 of 1,000'));
    await find('cancel').trigger('click');
    await vi.waitFor(() => expect(stopped).toHaveBeenCalled());
  });

  it('offers the newer checkpoint of a run that trains on', async () => {
    await open([fakeRun('first', 'running', 500)]);
    await vi.waitFor(() => expect(find('code-map').exists()).toBe(true));
    screen.fake.emit('studio.updated', { run: 'first', step: 750 });
    await vi.waitFor(() => expect(screen.page.text()).toContain('Look at step 750'));
  });

  it('leads to training where no run has a checkpoint', async () => {
    await open([fakeRun('first', 'starting', 0)]);
    await vi.waitFor(() => expect(screen.page.text()).toContain('No codebook yet'));
  });
});
