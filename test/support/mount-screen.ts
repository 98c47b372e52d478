import ui from '@nuxt/ui/vue-plugin';
import { mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, disposePinia, setActivePinia } from 'pinia';
import { TooltipProvider } from 'reka-ui';
import { defineComponent, h, type Component } from 'vue';
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router';
import { i18n } from '@/i18n';
import { useConnection } from '@/stores/connection';
import { fakeWorkbench, type FakeHandlers, type FakeWorkbench } from './fake-workbench';

export interface MountedScreen {
  page: VueWrapper;
  router: Router;
  fake: FakeWorkbench;
}

/**
 * A screen at `path` in a page of its own, connected to a workbench that answers with `handlers`. Unmounted by the
 * caller.
 */
export async function mountScreen(screen: Component, path: string, handlers: FakeHandlers): Promise<MountedScreen> {
  const pinia = createPinia();
  setActivePinia(pinia);
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:any(.*)*', component: screen }] });
  await router.push(path);
  const fake = fakeWorkbench(handlers);
  const root = defineComponent({ render: () => h(TooltipProvider, () => h(RouterView)) });
  const page = mount(root, { attachTo: document.body, global: { plugins: [pinia, router, i18n, ui] } });
  const unmount = page.unmount.bind(page);
  // with its stores: what they were still to write would else reach into the next page
  page.unmount = () => {
    unmount();
    disposePinia(pinia);
  };
  await useConnection().start(async () => fake.pipe);
  return { page, router, fake };
}
