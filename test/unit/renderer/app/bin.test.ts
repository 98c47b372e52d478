import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BinEntry } from '@shared/contract';
import { AppError } from '@shared/errors';
import BinPanel from '@/app/BinPanel.vue';
import { dialogs } from '@/app/dialogs';
import { i18n } from '@/i18n';
import { fakeDatasetHandlers } from '../../../support/fake-datasets';
import { fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

const entry = (id: string, kind: BinEntry['kind'] = 'run', bytes = 2_000_000): BinEntry => ({
  key: `${id}.key`,
  kind,
  id,
  name: `The ${id}`,
  removedAt: '2026-03-04T05:06:07.000Z',
  bytes,
});
let screen: MountedScreen;
let entries: BinEntry[];
const all = (name: string): HTMLElement[] => [...document.body.querySelectorAll<HTMLElement>(`[data-test="${name}"]`)];
const asked = (method: string): unknown[] =>
  screen.fake.asked.filter((request) => request.method === method).map(({ params }) => params);

async function open(): Promise<void> {
  screen = await mountScreen(BinPanel, '/', {
    ...fakeRunHandlers([]),
    ...fakeDatasetHandlers([]),
    'bin.list': () => [...entries],
    'bin.restore': ({ key }) => {
      const found = entries.find((one) => one.key === key);
      if (!found) throw new AppError('NOT_FOUND', 'That is no longer in the bin.');
      entries = entries.filter((one) => one !== found);
      screen.fake.emit('bin.changed', {});
      return found;
    },
    'bin.empty': ({ key }) => {
      const gone = entries.filter((one) => key === undefined || one.key === key);
      entries = entries.filter((one) => !gone.includes(one));
      screen.fake.emit('bin.changed', {});
      return { entries: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
  });
  dialogs.bin = true;
}

beforeEach(() => (entries = [entry('a'), entry('pets', 'dataset', 5_000_000), entry('thing', 'other', 10)]));
afterEach(() => {
  dialogs.bin = false;
  screen.page.unmount();
  document.body.innerHTML = '';
  i18n.global.locale.value = 'en';
});

describe('the bin', () => {
  it('shows what is in it, each with its kind and size, and all sizes together', async () => {
    await open();
    await vi.waitFor(() => expect(all('bin-entry')).toHaveLength(3));
    expect(all('bin-entry')[1]!.textContent).toMatch(/The pets\s*Dataset · 5 MB/);
    expect(all('bin-total')[0]!.textContent).toContain('3 things, 7 MB');
  });

  it('restores one; a folder of an unknown kind can only be deleted', async () => {
    await open();
    await vi.waitFor(() => expect(all('bin-restore')).toHaveLength(2));
    all('bin-restore')[0]!.click();
    await vi.waitFor(() => expect(all('bin-entry')).toHaveLength(2));
    expect(asked('bin.restore')).toEqual([{ key: 'a.key' }]);
  });

  it('asks before it deletes one or all for good', async () => {
    await open();
    await vi.waitFor(() => expect(all('bin-delete')).toHaveLength(3));
    all('bin-delete')[0]!.click();
    await vi.waitFor(() => expect(all('bin-delete')[0]!.textContent).toContain('Delete for good?'));
    expect(asked('bin.empty')).toEqual([]);
    all('bin-delete')[0]!.click();
    await vi.waitFor(() => expect(all('bin-entry')).toHaveLength(2));
    all('bin-empty')[0]!.click();
    await vi.waitFor(() => expect(all('bin-empty')[0]!.textContent).toContain('Delete all of it for good?'));
    all('bin-empty')[0]!.click();
    await vi.waitFor(() => expect(document.body.textContent).toContain('The bin is empty'));
    expect(asked('bin.empty')).toEqual([{ key: 'a.key' }, {}]);
  });
});
