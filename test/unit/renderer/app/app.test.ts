import ui from '@nuxt/ui/vue-plugin';
import { mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import type { DesktopBridge, MenuCommand } from '@shared/contract';
import type { MessagePipe } from '@shared/wire';
import App from '@/app/App.vue';
import { dialogs } from '@/app/dialogs';
import { createAppRouter } from '@/app/router';
import { i18n } from '@/i18n';
import { usePreferences } from '@/stores/preferences';
import { fakeDatasetHandlers } from '../../../support/fake-datasets';
import { fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { fakeWorkbench } from '../../../support/fake-workbench';

/** The bridge of a desktop window whose other end is a scripted workbench. */
function desktop(pipe: MessagePipe) {
  const menus: MenuCommand[][] = [];
  let choose = (_id: string): unknown => undefined;
  let bring = (_source: { grant: string; name: string }): void => undefined;
  const bridge: DesktopBridge = {
    send: (message) => pipe.send(message),
    onMessage: (listener) => (pipe.onMessage(listener), () => undefined),
    onClosed: () => () => undefined,
    chooseSources: async () => null,
    dropSources: async () => null,
    onSources: (listener) => ((bring = listener), () => undefined),
    setMenu: (commands) => void menus.push(commands),
    onMenuCommand: (listener) => ((choose = listener), () => undefined),
  };
  return {
    bridge,
    menus,
    choose: (id: string) => choose(id),
    bring: (source: { grant: string; name: string }) => bring(source),
  };
}

let page: VueWrapper;
async function openApp() {
  const fake = fakeWorkbench({ ...fakeRunHandlers([fakeRun('first', 'running', 700)]), ...fakeDatasetHandlers() });
  const window_ = desktop(fake.pipe);
  window.tessera = window_.bridge;
  const pinia = createPinia();
  setActivePinia(pinia);
  const router = createAppRouter();
  await router.push('/runs');
  page = mount(App, { attachTo: document.body, global: { plugins: [pinia, router, i18n, ui] } });
  await vi.waitFor(() => expect(page.find('[data-test="run-row"]').exists()).toBe(true));
  return { router, ...window_ };
}
afterEach(() => {
  page.unmount();
  delete window.tessera;
  document.body.innerHTML = '';
  localStorage.clear();
  Object.assign(dialogs, { palette: false, help: false, doctor: false, import: false, source: null });
});

describe('the app in a desktop window', () => {
  it('has a way to every screen, the number of active runs, and the engine’s state', async () => {
    await openApp();
    const ways = ['datasets', 'train', 'codebook', 'studio', 'runs', 'present'].map((id) =>
      page.find(`[data-test="nav-${id}"]`).exists(),
    );
    expect(ways).not.toContain(false);
    expect(page.find('[data-test="nav-train"]').text()).toContain('1');
    expect(page.find('[data-test="engine"]').text()).toBe('Engine ready');
  });

  it('fills the native menu, in the language chosen, and does what is chosen there', async () => {
    const { menus, choose, router } = await openApp();
    expect(menus.at(-1)!.find(({ id }) => id === 'app.go-studio')).toMatchObject({
      label: 'Studio',
      menu: 'view',
      accelerator: 'CmdOrCtrl+4',
    });
    usePreferences().locale = 'zh-CN';
    await vi.waitFor(() => expect(menus.at(-1)!.find(({ id }) => id === 'app.go-studio')?.label).toBe('工作室'));
    usePreferences().locale = 'en';
    choose('app.go-datasets');
    // the screen's code is fetched first
    await vi.waitFor(() => expect(router.currentRoute.value.path).toBe('/datasets'), 20_000);
  });

  it('offers to import what was named on the command line', async () => {
    const { bring, router } = await openApp();
    bring({ grant: 'g', name: 'summer' });
    await vi.waitFor(() =>
      expect(document.querySelector('[data-test="import-choice"]')?.textContent).toContain('summer'),
    );
    expect(router.currentRoute.value.path).toBe('/datasets');
  });

  it('opens palette and manual by key', async () => {
    await openApp();
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, cancelable: true }));
    await vi.waitFor(() =>
      expect(document.querySelector('[role="listbox"]')?.getAttribute('aria-label')).toBe('Commands'),
    );
    dialogs.palette = false;
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'F1', cancelable: true }));
    await nextTick();
    expect(dialogs.help).toBe(true);
  });

  it('is not replaced by a file dropped beside every target', async () => {
    await openApp();
    const drop = new Event('drop', { cancelable: true, bubbles: true });
    document.body.dispatchEvent(drop);
    expect(drop.defaultPrevented).toBe(true);
  });
});
