import { createSharedComposable } from '@vueuse/core';
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import { cssColor } from '@/components/css-color';
import type { ThemeName } from './palette';

/** What a chart needs of the page's look, as plain sRGB colours that a canvas understands. */
export interface ChartTheme {
  name: ThemeName;
  text: string;
  muted: string;
  border: string;
  background: string;
  error: string;
  fontFamily: string;
}

/** The look of the page now. */
export function readTheme(): ChartTheme {
  return {
    name: document.documentElement.classList.contains('dark') ? 'dark' : 'light',
    text: cssColor('--ui-text'),
    muted: cssColor('--ui-text-muted'),
    border: cssColor('--ui-border'),
    background: cssColor('--ui-bg'),
    error: cssColor('--ui-error'),
    fontFamily: getComputedStyle(document.body).fontFamily || 'sans-serif',
  };
}

/** The look of the page, followed while the theme switches; one observer for all charts. */
export const useChartTheme = createSharedComposable((): Readonly<ShallowRef<ChartTheme>> => {
  const theme = shallowRef(readTheme());
  const observer = new MutationObserver(() => {
    const next = readTheme();
    if (next.name !== theme.value.name || next.text !== theme.value.text) theme.value = next;
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style'] });
  onScopeDispose(() => observer.disconnect());
  return theme;
});
