import ui from '@nuxt/ui/vue-plugin';
import { mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import { h, ref } from 'vue';
import type { ScaleChoice } from '@shared/maths';
import UApp from '@nuxt/ui/components/App.vue';
import LineChart from '@/charts/LineChart.vue';
import type { Trace } from '@/charts';
import { i18n } from '@/i18n';

const trace = (id: string, values: number[], colour: number): Trace => ({
  id,
  label: id,
  colour,
  dash: 'solid',
  marks: false,
  step: Float64Array.from(values, (_, i) => i + 1),
  wall: Float64Array.from(values, (_, i) => 1_700_000_000 + i),
  value: Float32Array.from(values),
  events: [],
});

let page: VueWrapper;
async function open(traces: Trace[], { scale = 'auto' }: { scale?: ScaleChoice } = {}): Promise<void> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/', component: { render: () => null } }],
  });
  const chosen = ref(scale);
  const root = {
    render: () =>
      h(UApp, () =>
        h(LineChart, {
          title: 'Loss',
          traces,
          scale: chosen.value,
          'onUpdate:scale': (next: ScaleChoice) => (chosen.value = next),
        }),
      ),
  };
  page = mount(root, { attachTo: document.body, global: { plugins: [router, i18n, ui] } });
}
const plot = () => page.find('[role="img"][tabindex="0"]');
const spoken = () => page.find('[aria-live="polite"]').text();
afterEach(() => page.unmount());

describe('a line chart', () => {
  it('is a picture with its numbers in words', async () => {
    await open([trace('a', [4, 1, 2], 0)]);
    expect(plot().attributes('aria-label')).toBe('Loss. a: from 4 at step 1 to 2 at step 3; lowest 1 at step 2.');
  });

  it('says that there is nothing yet', async () => {
    await open([trace('a', [], 0)]);
    expect(page.text()).toContain('No values yet.');
  });

  it('reads every series aloud where the arrow keys go', async () => {
    await open([trace('a', [4, 1, 2], 0), trace('b', [9, 8, 7], 1)]);
    await plot().trigger('keydown', { key: 'End' });
    expect(spoken()).toBe('Step 3: a 2; b 7');
    await plot().trigger('keydown', { key: 'Home' });
    expect(spoken()).toBe('Step 1: a 4; b 9');
  });

  it('zooms by key and shows everything again', async () => {
    await open([
      trace(
        'a',
        Array.from({ length: 101 }, (_, i) => i),
        0,
      ),
    ]);
    const reset = () => page.find('button[aria-label="Show everything"]');
    expect(reset().exists()).toBe(false);
    await plot().trigger('keydown', { key: '+' });
    expect(reset().exists()).toBe(true);
    await plot().trigger('keydown', { key: 'Home' });
    expect(spoken()).toBe('Step 11: a 10');
    await plot().trigger('keydown', { key: 'Escape' });
    expect(reset().exists()).toBe(false);
  });

  it('names its series only where there are several', async () => {
    await open([trace('first', [1, 2], 0), trace('second', [1, 2], 1)]);
    expect(page.findAll('li').map((item) => item.text())).toEqual(['first', 'second']);
  });

  it('says what is not finite, and that nothing else is there', async () => {
    await open([{ ...trace('a', [], 0), events: [{ step: 3, wall: 1_700_000_003 }] }]);
    expect(page.text()).toContain('1 value is not a finite number (NaN or ∞): step 3.');
    expect(plot().attributes('aria-label')).toContain('not a finite number');
  });

  it('shows again what a chosen logarithmic axis leaves out', async () => {
    await open([trace('a', [4, 0, -2], 0)], { scale: 'log' });
    expect(page.text()).toContain('2 values ≤ 0 are not on a logarithmic axis.');
    await page.find('[data-test="show-values"]').trigger('click');
    expect(page.text()).not.toContain('values ≤ 0');
    expect(page.text()).toContain('The axis is logarithmic on both sides of 0.');
  });
});
