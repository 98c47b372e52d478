/**
 * The sentences that workbench and engine write, in the reader's language. They write English; as in gettext, the English
 * sentence with a name where each value stands is the key of its translation (`zh-CN.json`). So a sentence is told apart by
 * itself, also one that was kept with a dataset or a run long ago, and one that nobody has translated stays English.
 */
import type { AppLocale } from '..';
import chinese from './zh-CN.json';

interface Template {
  pattern: RegExp;
  names: string[];
  text: string;
}

const templates: Partial<Record<AppLocale, Template[]>> = { 'zh-CN': compile(chinese) };
const known = new Map<string, string>();

/** `sentence` in `locale`; unchanged if it has no translation. Values that are sentences themselves are translated too. */
export function translateSentence(sentence: string, locale: AppLocale): string {
  return knownSentence(sentence, locale) ?? sentence;
}

/** The same, but null for a sentence without a translation. */
export function knownSentence(sentence: string, locale: AppLocale): string | null {
  const all = templates[locale];
  if (!all) return sentence;
  const key = `${locale} ${sentence}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  for (const { pattern, names, text } of all) {
    const values = pattern.exec(sentence);
    if (!values) continue;
    const translated = names.reduce(
      (filled, name, at) => filled.replaceAll(`{${name}}`, () => translateSentence(values[at + 1]!, locale)),
      text,
    );
    known.set(key, translated);
    return translated;
  }
  return null;
}

/** Templates as patterns, those with the most words of their own first, so that none hides a more exact one. */
function compile(table: Record<string, string>): Template[] {
  const words = (template: string): number => template.replace(/\{\w+\}/g, '').length;
  return Object.entries(table)
    .sort(([a], [b]) => words(b) - words(a))
    .map(([template, text]) => {
      const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      const pattern = template
        .split(/\{\w+\}/)
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('(.+?)');
      return { pattern: new RegExp(`^${pattern}$`, 'su'), names, text };
    });
}

/** `translateSentence` into the language the page is in. */
export function useSentence(): (sentence: string) => string {
  const { locale } = useI18n();
  return (sentence) => translateSentence(sentence, locale.value as AppLocale);
}
