import type { Localized } from '@shared/specs';

/** Says a text in the language of the page. */
export function useLocalized(): (text: Localized) => string {
  const { locale } = useI18n();
  return (text) => text[locale.value === 'zh-CN' ? 'zh-CN' : 'en'];
}
