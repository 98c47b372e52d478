import type { RunSpec } from '../specs';
import { collapseBound, gridsOf, TOO_FEW_STEPS } from './rules';

/** Why a model should not be put before an audience. */
export const doubtKinds = [
  'untrained',
  'few-steps',
  'worse-than-mean',
  'worse-than-grey',
  'collapsed',
  'silent',
] as const;
export type DoubtKind = (typeof doubtKinds)[number];

/** A reason with the figures that show it, for words. */
export interface Doubt {
  kind: DoubtKind;
  values: Record<string, number>;
}

/**
 * What is known of a model that is to be shown. Figures of the held-out split come before those of the last training
 * step.
 */
export interface Presented {
  spec: Pick<RunSpec, 'model'>;
  step: number;
  evaluation: { measures: Readonly<Record<string, number>> } | null;
  latest?: { nmse: number | null; perplexity: number | null } | null;
  /** PSNR in dB over the same held-out items: of the model, and of their mean picture shown in place of each. */
  sample?: { psnr: number; meanPicturePsnr: number } | null;
}

/** A model that has learnt this much is not judged by how few steps it took. */
const LEARNT_NMSE = 0.5;

/**
 * Why a model would disappoint whoever sees it, by measured facts alone; empty where nothing speaks against it.
 * - `untrained`: it has made no step
 * - `few-steps`: fewer steps than the doctor judges codes after (100), and nothing shows that they were enough (NMSE
 *   below 0.5). What is fitted in closed form (PCA) needs one
 * - `worse-than-mean`: an error at least as large as the mean picture's, or where that was not measured
 * - `worse-than-grey`: an error at least as large as the best even grey's (NMSE 1), or one that is no number
 * - `collapsed`: perplexity below the doctor's bound, mean over grids
 * - `silent`: a vector none of whose components is active
 */
export function doubtsAbout({ spec, step, evaluation, latest = null, sample = null }: Presented): Doubt[] {
  if (step === 0) return [{ kind: 'untrained', values: {} }];
  const nmse = evaluation?.measures.nmse ?? latest?.nmse ?? null;
  const perplexity = evaluation?.measures.perplexity ?? latest?.perplexity ?? null;
  const hasLearnt = nmse !== null && nmse < LEARNT_NMSE;
  const bounds = gridsOf(spec).flatMap(({ codes }) => (codes > 4 ? [collapseBound(codes)] : []));
  const bound = bounds.reduce((sum, one) => sum + one, 0) / Math.max(1, bounds.length);
  const active = evaluation?.measures['active-units'];
  const doubts: (Doubt | false)[] = [
    spec.model.kind !== 'pca' && step < TOO_FEW_STEPS && !hasLearnt && { kind: 'few-steps', values: { step } },
    sample !== null &&
      !(sample.psnr > sample.meanPicturePsnr) && {
        kind: 'worse-than-mean',
        values: { psnr: sample.psnr, mean: sample.meanPicturePsnr },
      },
    sample === null && nmse !== null && !(nmse < 1) && { kind: 'worse-than-grey', values: {} },
    perplexity !== null && perplexity < bound && { kind: 'collapsed', values: { perplexity } },
    active === 0 && { kind: 'silent', values: {} },
  ];
  return doubts.filter((doubt) => doubt !== false);
}
