import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { i18n, type AppLocale } from '@/i18n';

export type ThemeChoice = 'system' | 'light' | 'dark';

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be off
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // then the choice lasts as long as the page
  }
}

/** What a person prefers, kept by the browser: theme and language. */
export const usePreferences = defineStore('preferences', () => {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const systemDark = ref(system.matches);
  system.addEventListener('change', (event) => (systemDark.value = event.matches));

  const savedTheme = stored('theme');
  const savedLocale = stored('locale');
  const theme = ref<ThemeChoice>(savedTheme === 'light' || savedTheme === 'dark' ? savedTheme : 'system');
  const locale = ref<AppLocale>(
    savedLocale === 'en' || savedLocale === 'zh-CN'
      ? savedLocale
      : navigator.language.startsWith('zh')
        ? 'zh-CN'
        : 'en',
  );
  const dark = computed(() => (theme.value === 'system' ? systemDark.value : theme.value === 'dark'));

  watch(theme, (value) => store('theme', value));
  watch(
    dark,
    (isDark) => {
      document.documentElement.classList.toggle('dark', isDark);
      document.documentElement.classList.toggle('light', !isDark);
    },
    { immediate: true, flush: 'sync' },
  );
  watch(
    locale,
    (value) => {
      i18n.global.locale.value = value;
      document.documentElement.lang = value;
      store('locale', value);
    },
    { immediate: true, flush: 'sync' },
  );

  return { theme, dark, locale };
});
