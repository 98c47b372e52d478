import type { Items, Recipe, RunSummary, Settings } from '@shared/contract';
import { isPrior, isVectorPrior } from '@shared/specs';

/** Whether a prior settles several codes at a time, and so has rounds to set. */
export const drawsInRounds = ({ spec }: Pick<RunSummary, 'spec'>): boolean => spec.model.kind === 'maskgit';

/** Whether a prior is over vectors, and so draws whole ones: there are no codes to choose from, and no classes. */
export const drawsVectors = ({ spec }: Pick<RunSummary, 'spec'>): boolean =>
  isPrior(spec.model) && isVectorPrior(spec.model);

/** One sample, with all that is needed to show, save and open it. */
export interface Sample {
  id: string;
  recipe: Recipe;
  /** Its number among those of the seed, from 0. */
  number: number;
  /** Its picture is `pictures[index]`. */
  pictures: Items;
  index: number;
  codes: Int32Array<ArrayBuffer>;
  /** Only of a prior over vectors, which has no codes. */
  vector?: Float32Array<ArrayBuffer>;
}

export function recipeOf(
  prior: RunSummary,
  step: number,
  { seed, temperature, topK, topP, guidance, rounds, choice, choiceTemperature }: Settings,
  label: Recipe['class'],
): Recipe {
  const { id, name, spec } = prior;
  const { run, name: codesName, step: codesStep, weightsHash } = prior.codes!;
  return {
    prior: { run: id, name, model: spec.model.kind, step },
    autoencoder: { run, name: codesName, step: codesStep, weightsHash },
    class: label,
    seed,
    temperature,
    ...(drawsVectors(prior) ? { topK: 0, topP: 1 } : { topK, topP }),
    guidance: label === null ? 1 : guidance,
    ...(drawsInRounds(prior) && { rounds, choice, choiceTemperature }),
  };
}

/** A recipe as a drawing is asked for. */
export function drawingOf({
  seed,
  temperature,
  topK,
  topP,
  guidance,
  rounds,
  choice,
  choiceTemperature,
  ...of
}: Recipe) {
  const how = { seed, temperature, topK, topP, guidance, rounds, choice, choiceTemperature };
  return { run: of.prior.run, checkpoint: of.prior.step, label: of.class?.label ?? null, ...how };
}

/** A sample's name apart from all others: its recipe and number. */
export function sampleId(recipe: Recipe, number: number): string {
  const { prior, class: of, seed, temperature, topK, topP, guidance, rounds, choice, choiceTemperature } = recipe;
  const inRounds = rounds === undefined ? [] : [rounds, choice, choiceTemperature];
  const how = [seed, temperature, topK, topP, guidance, ...inRounds];
  return [prior.run, prior.step, of?.label ?? '-', ...how, number].join(' ');
}

/** The keyword of a PNG's text chunk that has the recipe. */
export const PNG_KEYWORD = 'tessera';

/** A sample's recipe as JSON that any encoding can hold: what isn't ASCII is escaped. */
export function recipeJson({ recipe, number, codes, vector }: Sample, indent = 0): string {
  const latent = vector ? { vector: [...vector] } : { codes: [...codes] };
  const text = JSON.stringify({ tessera: 'sample', ...recipe, number, ...latent }, null, indent);
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** `VQ-VAE-GPT-cat-seed-3-07.png`: a file name that every system takes. */
export function fileName({ recipe, number }: Sample): string {
  const parts = [recipe.prior.name, recipe.class?.name, `seed-${recipe.seed}`, String(number).padStart(3, '0')];
  const words = parts.flatMap((part) => part?.replaceAll(/[^\p{L}\p{N}.-]+/gu, '-') ?? []);
  return `${words.join('-')}.png`;
}
