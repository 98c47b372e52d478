import { createI18n } from 'vue-i18n';

export type AppLocale = 'en' | 'zh-CN';
type Messages = Record<string, unknown>;

const files = import.meta.glob<Messages>('./{en,zh-CN}/*.json', { eager: true, import: 'default' });

/** One locale's words: the files of its folder, one a feature, side by side. */
const messagesOf = (locale: AppLocale): Messages =>
  Object.assign(
    {},
    ...Object.entries(files).map(([file, words]) => (file.startsWith(`./${locale}/`) ? words : {})),
  ) as Messages;

export const i18n = createI18n({
  legacy: false,
  locale: 'en' as AppLocale,
  fallbackLocale: 'en',
  messages: { en: messagesOf('en'), 'zh-CN': messagesOf('zh-CN') } as never,
});
