import { useI18n } from 'vue-i18n';

/** Measures that name a number n: of importance samples (the bound, −log p, or its bits), of rounds, or of Gaussians. */
const sampled = [
  'iwae',
  'nll-iwae',
  'bits-per-dimension-iwae',
  'nats-in-rounds',
  'accuracy-in-rounds',
  'bits-per-dimension-in-rounds',
  'latent-density',
];
const SAMPLED = new RegExp(`^(${sampled.join('|')})-(\\d+)$`);
/** A measure of one of several levels, the coarsest first: `perplexity-1`. */
const NUMBERED = /^(.+)-(\d+)$/;

/** What a measure is called: of a step (`perplexity`), of an evaluation (`dead-codes`) or of a comparison (`bits-per-item`). */
export function useMeasureNames(): (name: string) => string {
  const { t, te, n } = useI18n();
  const ofLevel = useLevels();
  const named = (measure: string): string => {
    if (te(`metric.measure.${measure}`)) return t(`metric.measure.${measure}`);
    return te(`metric.${measure}.name`) ? t(`metric.${measure}.name`) : asWords(measure);
  };
  return (name) => {
    const [, measure, samples] = SAMPLED.exec(name) ?? [];
    return measure === undefined ? ofLevel(name, named) : t(`metric.measure.${measure}`, { k: n(Number(samples)) });
  };
}

/** What a term of the loss is called, as the title of its chart: `Loss: commitment`, also one of a level (`commitment-2`). */
export function useTermNames(): (term: string) => string {
  const { t, te } = useI18n();
  const ofLevel = useLevels();
  return (name) =>
    ofLevel(name, (term) =>
      te(`train.term.${term}`) ? t(`train.term.${term}`) : t('train.charts.term', { term: asWords(term) }),
    );
}

/** What a number with a schedule is called: `quantizer/commitment` by its last part. */
export function useScheduledNames(): (scheduled: string) => string {
  const { t, te } = useI18n();
  return (scheduled) => {
    const name = scheduled.split('/').at(-1) ?? scheduled;
    return te(`train.scheduled.${name}`) ? t(`train.scheduled.${name}`) : asWords(scheduled);
  };
}

/** Names something, or something of one of several levels with the level's number. */
function useLevels(): (name: string, named: (name: string) => string) => string {
  const { t } = useI18n();
  return (name, named) => {
    const [, one, level] = NUMBERED.exec(name) ?? [];
    return one === undefined ? named(name) : t('metric.ofLevel', { name: named(one), level });
  };
}

/** What nobody translated goes by its own words: `logits-of-all` is “Logits of all”. */
function asWords(name: string): string {
  const words = name.replaceAll(/[-/]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
