import { useI18n } from 'vue-i18n';
import type { Recipe } from './recipe';

/** A recipe in a line: `CIFAR-10 by class, step 400 · cat · seed 3 · temperature 0.9`. What stands as learnt is left out. */
export function useRecipeWords(): (recipe: Recipe, isEach?: boolean) => string {
  const { t, n } = useI18n();
  const number = (value: number): string => n(value, { maximumSignificantDigits: 4 });
  return ({ prior, class: of, seed, temperature, topK, topP, guidance }, isEach = false) =>
    [
      t('samples.recipe.prior', { name: prior.name, step: n(prior.step) }),
      ...(isEach ? [t('samples.class.each')] : of ? [of.name] : []),
      t('samples.recipe.seed', { seed: String(seed) }),
      ...(temperature === 1 ? [] : [t('samples.recipe.temperature', { value: number(temperature) })]),
      ...(topK === 0 ? [] : [t('samples.recipe.topK', { value: n(topK) })]),
      ...(topP === 1 ? [] : [t('samples.recipe.topP', { value: number(topP) })]),
      ...(guidance === 1 ? [] : [t('samples.recipe.guidance', { value: number(guidance) })]),
    ].join(' · ');
}
