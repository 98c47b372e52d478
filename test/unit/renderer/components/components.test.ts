import ui from '@nuxt/ui/vue-plugin';
import { flushPromises, mount } from '@vue/test-utils';
import { createPinia } from 'pinia';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Items } from '@shared/contract';
import { defineComponent, h, ref, type Component } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import { AppError } from '@shared/errors';
import { describeFields, importOptionsSchema } from '@shared/specs';
import ErrorPanel from '@/components/ErrorPanel.vue';
import FieldForm from '@/components/FieldForm.vue';
import ProgressBar from '@/components/ProgressBar.vue';
import { getPath, leaves, setPath } from '@shared/specs';
import { pictureRgba } from '@/media/picture/pictures';
import { i18n } from '@/i18n';

const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:any(.*)*', component: { render: () => null } }],
});
const plugins = [createPinia(), router, i18n, ui];
const show = (component: Component, props: Record<string, unknown>, slots = {}) =>
  mount(component, { props, slots, attachTo: document.body, global: { plugins } });
const speak = (locale: 'en' | 'zh-CN') => (i18n.global.locale.value = locale);
afterEach(() => {
  speak('en');
  document.body.innerHTML = '';
});

describe('an error', () => {
  const error = new AppError('DISK', 'The disk is full.', 'Make room and try again.', { field: 'path' });

  it('says what happened and what to do, with its code', () => {
    const panel = show(ErrorPanel, { error });
    for (const words of ['The disk is full.', 'Make room and try again.', 'DISK'])
      expect(panel.text()).toContain(words);
    expect(panel.attributes('role')).toBe('alert');
  });

  it('speaks the reader’s language as far as its sentences are translated, and else the workbench’s own', () => {
    speak('zh-CN');
    const text = show(ErrorPanel, { error }).text();
    expect(text).toContain('磁盘读写失败');
    expect(text).toContain('磁盘已满。');
    expect(text).toContain('Make room and try again.');
  });

  it('offers to try again where that can help, and only there', async () => {
    const retry = vi.fn();
    await show(ErrorPanel, { error, retry }).find('[data-test="retry"]').trigger('click');
    expect(retry).toHaveBeenCalledTimes(1);
    expect(show(ErrorPanel, { error }).find('[data-test="retry"]').exists()).toBe(false);
  });

  it('is copied with all its details', async () => {
    const writeText = vi.fn(async (_text: string) => undefined);
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } });
    await show(ErrorPanel, { error }).find('button').trigger('click');
    await flushPromises();
    expect(JSON.parse(writeText.mock.calls[0]![0])).toEqual({
      code: 'DISK',
      message: 'The disk is full.',
      hint: 'Make room and try again.',
      field: 'path',
    });
    vi.unstubAllGlobals();
  });
});

describe('progress', () => {
  it('tells done, total and time left, and can be cancelled', async () => {
    const bar = show(ProgressBar, {
      label: 'Importing',
      progress: { phase: 'decode', done: 1500, total: 3000, skipped: 0, secondsLeft: 4.2 },
    });
    expect(bar.text()).toContain('1,500 of 3,000 · 5 s left');
    await bar.find('[data-test="cancel"]').trigger('click');
    expect(bar.emitted('cancel')).toHaveLength(1);
  });

  it('promises nothing while the total is unknown', () => {
    const text = show(ProgressBar, {
      label: 'Reading',
      progress: { phase: 'list', done: 12, total: null, skipped: 0, secondsLeft: null },
    }).text();
    expect(text).toContain('12');
    expect(text).not.toMatch(/of|left/);
  });
});

describe('a form made from a schema', () => {
  const fields = describeFields(importOptionsSchema);
  /** A parent that keeps the value, as screens do. */
  function form(problems: Record<string, string> = {}) {
    const value = ref<Record<string, unknown>>({});
    const parent = defineComponent({
      render: () =>
        h(FieldForm, {
          fields,
          problems,
          modelValue: value.value,
          'onUpdate:modelValue': (next: Record<string, unknown>) => (value.value = next),
        }),
    });
    return { page: show(parent, {}), value };
  }

  it('has a labelled input with unit, help and limits for every field', () => {
    const { page } = form();
    const height = page.find('[data-test="field-height"]');
    expect(height.text()).toContain('Height');
    expect(height.text()).toContain('px');
    expect(height.text()).toContain('Height every picture is brought to');
    expect(height.find('input').attributes()).toMatchObject({
      type: 'number',
      min: '16',
      max: '256',
      placeholder: 'automatic',
    });
    expect(page.findAll('[data-test^="field-"]')).toHaveLength(fields.length);
  });

  it('speaks the reader’s language', async () => {
    speak('zh-CN');
    const { page } = form();
    expect(page.find('[data-test="field-height"]').text()).toContain('高度');
  });

  it('gives numbers as numbers, and nothing where it may be empty', async () => {
    const { page, value } = form();
    const input = page.find('[data-test="field-height"] input');
    await input.setValue('64');
    await input.trigger('change');
    expect(value.value).toEqual({ height: 64 });
    await input.setValue('');
    await input.trigger('change');
    expect(value.value).toEqual({ height: null });
  });

  it('shows a problem at the field whose path it has', () => {
    const { page } = form({ seed: 'Too large.' });
    expect(page.find('[data-test="field-seed"]').text()).toContain('Too large.');
    expect(page.find('[data-test="field-height"]').text()).not.toContain('Too large.');
  });
});

describe('paths into a configuration', () => {
  const tree = { a: { b: 1, c: [2, 3] }, d: null };
  it('read, write without touching what was, and list the leaves', () => {
    expect(getPath(tree, 'a.b')).toBe(1);
    expect(getPath(tree, 'a.b.c')).toBeUndefined();
    const changed = setPath(tree, 'a.x.y', 9);
    expect(changed).toEqual({ a: { b: 1, c: [2, 3], x: { y: 9 } }, d: null });
    expect(tree.a).not.toHaveProperty('x');
    expect([...leaves(tree)]).toEqual([
      ['a.b', 1],
      ['a.c', [2, 3]],
      ['d', null],
    ]);
  });
});

describe('pictures', () => {
  it('become opaque RGBA; grey is spread over the colours', () => {
    const grey: Items = {
      signal: { kind: 'picture', height: 1, width: 2, channels: 1 },
      dtype: 'u8',
      count: 2,
      data: Uint8Array.of(1, 2, 30, 40),
    };
    expect([...pictureRgba(grey, 1)]).toEqual([30, 30, 30, 255, 40, 40, 40, 255]);
    const colour: Items = {
      signal: { kind: 'picture', height: 1, width: 2, channels: 3 },
      dtype: 'u8',
      count: 1,
      data: Uint8Array.of(1, 2, 3, 4, 5, 6),
    };
    expect([...pictureRgba(colour, 0)]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
  });
});
