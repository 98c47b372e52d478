import ui from '@nuxt/ui/vue-plugin';
import { mount, type VueWrapper } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { h } from 'vue';
import { TooltipProvider } from 'reka-ui';
import { createMemoryHistory, createRouter } from 'vue-router';
import MiddleText from '@/components/MiddleText.vue';
import RunPicker from '@/components/RunPicker.vue';
import { groupRuns } from '@/components/run-groups';
import { liveliest } from '@/components/run-tiles';
import { i18n } from '@/i18n';
import { fakePrior } from '../../../support/fake-priors';
import { fakeRun } from '../../../support/fake-runs';

const old = fakeRun('old', 'finished', 1000, { createdAt: '2026-01-01T00:00:00.000Z', starred: true });
const recent = fakeRun('recent', 'finished', 1000, { createdAt: '2026-01-03T00:00:00.000Z' });
const other = fakeRun('other', 'finished', 100, {
  createdAt: '2026-01-04T00:00:00.000Z',
  spec: { ...old.spec, dataset: 'birds' },
  datasetName: 'Birds',
});

describe('the list of runs', () => {
  it('is in groups by dataset, starred first, then the newest', () => {
    expect(groupRuns([other, recent, old]).map(({ dataset, runs }) => [dataset, runs.map(({ id }) => id)])).toEqual([
      ['Shoes and shirts', ['old', 'recent']],
      ['Birds', ['other']],
    ]);
  });
});

describe('the picker of runs', () => {
  let page: VueWrapper;
  afterEach(() => page.unmount());
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/', component: { render: () => null } }],
  });
  const open = (props: Record<string, unknown>, onChoose: (run: string | null) => void = () => undefined) => {
    const global = { plugins: [createPinia(), router, i18n, ui] };
    const render = () =>
      h(TooltipProvider, () =>
        h(RunPicker, {
          modelValue: 'old',
          label: 'Run',
          open: true,
          ...props,
          'onUpdate:modelValue': onChoose,
        } as never),
      );
    page = mount({ render }, { attachTo: document.body, global });
  };
  const options = (): string[] =>
    [...document.querySelectorAll('[role="option"]')].map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());

  it('says of every run its model and how good it is, under its dataset', async () => {
    open({ runs: [old, recent, other, fakePrior('prior', old)] });
    await vi.waitFor(() => expect(options()).toHaveLength(4));
    expect(options()[0]).toMatch(/^old ?VQ-VAE · PSNR 23\.8 dB$/);
    expect(options().join()).toContain('2.50 nats per code');
    expect(options().at(-1)).toMatch(/^other ?VQ-VAE · not evaluated yet$/);
    expect(document.body.textContent).toContain('Birds');
    expect(document.querySelectorAll('[aria-label="starred"]')).toHaveLength(1);
  });

  it('finds runs by name, model or dataset', async () => {
    open({ runs: [old, recent, other] });
    await vi.waitFor(() => expect(options()).toHaveLength(3));
    const input = document.querySelector<HTMLInputElement>('[role="listbox"] input, input[placeholder^="Search"]')!;
    input.value = 'birds';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await vi.waitFor(() => expect(options()).toHaveLength(1));
    expect(options()[0]).toContain('other');
  });

  it('offers to choose none where that is possible', async () => {
    const chosen: (string | null)[] = [];
    open({ runs: [old], none: 'No run' }, (run) => chosen.push(run));
    await vi.waitFor(() => expect(options()).toHaveLength(2));
    document.querySelector<HTMLElement>('[role="option"]')!.click();
    await vi.waitFor(() => expect(chosen).toEqual([null]));
  });
});

describe('a long name', () => {
  const parts = (text: string) =>
    mount(MiddleText, { props: { text, tail: 4 } })
      .findAll('span span')
      .map((part) => part.text());

  it('keeps its end whole and is all there to be read', () =>
    expect(parts('garments-vq-vae-512')).toEqual(['garments-vq-vae', '-512']));

  it('is one part where it is short', () => expect(parts('shoes')).toEqual(['shoes']));

  it('never cuts a character in two', () => expect(parts('👟👟👟👟👟👟👟👟👟')).toEqual(['👟👟👟👟👟', '👟👟👟👟']));
});

describe('the thumbnail of a run', () => {
  it('is the picture whose values vary most', () =>
    expect(liveliest({ count: 3, data: Uint8Array.of(9, 9, 0, 255, 100, 120) })).toBe(1));
});
