import { useI18n } from 'vue-i18n';
import { drawingSchema } from '@shared/contract';
import type { Recipe } from '@shared/contract';

const usual = drawingSchema.parse({});

/** A recipe in a line: `CIFAR-10 by class, step 400 · cat · seed 3 · temperature 0.9`. What stands as learnt is left out. */
export function useRecipeWords(): (recipe: Recipe, isEach?: boolean) => string {
  const { t, n } = useI18n();
  const number = (value: number): string => n(value, { maximumSignificantDigits: 4 });
  return (
    { prior, class: of, seed, temperature, topK, topP, guidance, rounds, choice, choiceTemperature },
    isEach = false,
  ) =>
    [
      t('samples.recipe.prior', { name: prior.name, step: n(prior.step) }),
      ...(isEach ? [t('samples.class.each')] : of ? [of.name] : []),
      t('samples.recipe.seed', { seed: String(seed) }),
      ...(temperature === 1 ? [] : [t('samples.recipe.temperature', { value: number(temperature) })]),
      ...(topK === 0 ? [] : [t('samples.recipe.topK', { value: n(topK) })]),
      ...(topP === 1 ? [] : [t('samples.recipe.topP', { value: number(topP) })]),
      ...(guidance === 1 ? [] : [t('samples.recipe.guidance', { value: number(guidance) })]),
      ...(rounds === undefined ? [] : [t('samples.recipe.rounds', { count: n(rounds) }, rounds)]),
      ...(choice === 'halton' ? [t('samples.recipe.halton')] : []),
      ...(choice === 'halton' || choiceTemperature === undefined || choiceTemperature === usual.choiceTemperature
        ? []
        : [t('samples.recipe.choiceTemperature', { value: number(choiceTemperature) })]),
    ].join(' · ');
}
