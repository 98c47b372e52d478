import { describeFields, runSpecSchema, type FieldDescription, type RunSpec } from '@shared/specs';
import { useI18n } from 'vue-i18n';
import type { AppLocale } from '@/i18n';

export interface SettingWords {
  label: string;
  value: string;
}

/** A setting of a run as the form calls it, by its path: name, and value with its unit. */
export function useSettingWords(): (spec: RunSpec, path: string, value: unknown) => SettingWords {
  const { t, n, locale } = useI18n();
  const known = new WeakMap<RunSpec, Map<string, FieldDescription>>();
  const fieldsOf = (spec: RunSpec): Map<string, FieldDescription> => {
    const fields =
      known.get(spec) ?? new Map(describeFields(runSpecSchema, spec).map((field) => [field.path, field] as const));
    known.set(spec, fields);
    return fields;
  };
  const number = (value: number): string => n(value, { maximumSignificantDigits: 6, notation: notationOf(value) });
  return (spec, path, value) => {
    const help = fieldsOf(spec).get(path)?.help;
    const language = locale.value as AppLocale;
    const words = (): string => {
      if (value === null || value === undefined || value === '') return t('app.none');
      if (typeof value === 'boolean') return t(value ? 'app.yes' : 'app.no');
      if (typeof value === 'number') return [number(value), help?.unit?.[language]].filter(Boolean).join(' ');
      return help?.values?.[String(value)]?.[language] ?? String(value);
    };
    const own = path === 'dataset' || path === 'preset' ? t(`runs.setting.${path}`) : null;
    return { label: own ?? help?.label[language] ?? path, value: words() };
  };
}

/** Very small numbers are read more easily as 3E-4. */
const notationOf = (value: number): 'scientific' | 'standard' =>
  value !== 0 && Math.abs(value) < 1e-3 ? 'scientific' : 'standard';
