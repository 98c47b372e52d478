import { useI18n } from 'vue-i18n';

/** Of so many importance samples: the bound, −log p estimated with them, or the bits of that. */
const sampled = ['iwae', 'nll-iwae', 'bits-per-dimension-iwae'];
const SAMPLED = new RegExp(`^(${sampled.join('|')})-(\\d+)$`);

/** What a measure of an evaluation is called; one that nobody translated goes by its own name. */
export function useMeasureNames(): (name: string) => string {
  const { t, te, n } = useI18n();
  return (name) => {
    const [, measure, samples] = SAMPLED.exec(name) ?? [];
    if (measure !== undefined) return t(`metric.measure.${measure}`, { k: n(Number(samples)) });
    return te(`metric.measure.${name}`) ? t(`metric.measure.${name}`) : name;
  };
}
