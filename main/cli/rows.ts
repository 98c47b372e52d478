import { scoreOf, scoreOfPrior, type Evaluation, type Metrics } from '@shared/contract';
import { durationText } from '@shared/duration';
import { counted, significant, wholeNumber } from './format';

/** One step as `train` prints it. What was not measured at that step is undefined. */
export interface Row {
  step: number;
  loss: { total?: number; [term: string]: number | undefined };
  nmse: number | undefined;
  /** Of a prior: −log p a code, or a component of the vector. */
  nats: number | undefined;
  natsPerDimension: number | undefined;
  perplexity: number | undefined;
  imagesPerSecond: number | undefined;
  /** Over the whole held-out split, at steps with an evaluation. */
  test: HeldOut | undefined;
}

/** What `train` says of an evaluation: no perplexity for a model without codes, no error for a prior, and what else is measured. */
export interface HeldOut {
  nmse: number | null;
  psnr: number | null;
  perplexity: number | null;
  measures: Record<string, number>;
}

/** Measures with a field of their own. */
const everyModels = ['nmse', 'psnr', 'perplexity', 'usage', 'dead-codes'];

/** The rows of a table of columns; what was not measured, or was not finite, is left out. */
export function rowsOf({ step: steps, series }: Metrics): Row[] {
  const at = (name: string, index: number): number | undefined => {
    const value = series[name]?.[index];
    return Number.isFinite(value) ? value : undefined;
  };
  const terms = Object.keys(series).filter((name) => name.startsWith('loss/'));
  const ownMeasures = Object.keys(series)
    .filter((name) => name.startsWith('test/'))
    .map((name) => name.slice('test/'.length))
    .filter((name) => !everyModels.includes(name));
  return Array.from(steps, (step, index) => {
    const total = at('loss', index);
    const loss: Row['loss'] = total === undefined ? {} : { total };
    for (const term of terms) {
      const value = at(term, index);
      if (value !== undefined) loss[term.slice('loss/'.length)] = value;
    }
    return {
      step,
      loss,
      nmse: at('nmse', index),
      nats: at('nats', index),
      natsPerDimension: at('nats-per-dimension', index),
      perplexity: at('perplexity', index),
      imagesPerSecond: at('images-per-second', index),
      test: heldOutAt((name) => at(name, index)),
    };
  });

  function heldOutAt(value: (name: string) => number | undefined): HeldOut | undefined {
    const nmse = value('test/nmse');
    const measures: HeldOut['measures'] = {};
    for (const name of ownMeasures) {
      const measured = value(`test/${name}`);
      if (measured !== undefined) measures[name] = measured;
    }
    if (nmse === undefined && scoreOfPrior(measures) === undefined) return undefined;
    const perplexity = value('test/perplexity') ?? null;
    return { nmse: nmse ?? null, psnr: value('test/psnr') ?? null, perplexity, measures };
  }
}

/** `step 120/1000  loss 0.1234  nmse 0.1050  perplexity 60.1  1,234 img/s  0:42 left` */
export function rowText(row: Row, plan: { steps: number; batch: number }): string {
  const { step, loss, nmse, nats, natsPerDimension, perplexity, imagesPerSecond } = row;
  const parts = [`step ${step}/${plan.steps}`];
  if (loss.total !== undefined) parts.push(`loss ${significant(loss.total)}`);
  if (nmse !== undefined) parts.push(`nmse ${significant(nmse)}`);
  if (nats !== undefined) parts.push(`nats a code ${significant(nats)}`);
  if (natsPerDimension !== undefined) parts.push(`nats a dimension ${significant(natsPerDimension)}`);
  if (perplexity !== undefined) parts.push(`perplexity ${significant(perplexity)}`);
  if (imagesPerSecond) {
    parts.push(
      `${wholeNumber(imagesPerSecond)} img/s`,
      `${durationText(((plan.steps - step) * plan.batch) / imagesPerSecond)} left`,
    );
  }
  return parts.join('  ');
}

/** `step 1000  held out: nmse 0.105  psnr 21.3  perplexity 60.1` */
export function evaluationText({ step, test }: Row & { test: NonNullable<Row['test']> }): string {
  return `step ${step}  held out: ${evaluationParts(test).join('  ')}`;
}

/** `nmse 0.105`, `psnr 21.3 dB` and so on: what there is of an evaluation. */
export function evaluationParts({
  nmse,
  psnr,
  perplexity,
  measures,
  ...codes
}: HeldOut & Partial<Evaluation>): string[] {
  const { usage, deadCodes } = codes;
  return [
    ...(nmse === null ? [] : [`nmse ${significant(nmse)}`]),
    ...(psnr === null ? [] : [`psnr ${significant(psnr)} dB`]),
    ...(perplexity === null ? [] : [`perplexity ${significant(perplexity)}`]),
    ...(typeof usage === 'number' ? [`usage ${significant(100 * usage)} %`] : []),
    ...(typeof deadCodes === 'number' ? [counted(deadCodes, 'dead code')] : []),
    ...Object.entries(measures).map(([name, value]) => `${name} ${significant(value)}`),
  ];
}

/** What a thorough evaluation had to leave out on this machine, as lines; none where it was nothing. */
export function leftOut(thorough: boolean, measures: Readonly<Record<string, number>>): string[] {
  if (!thorough || 'perceptual' in measures) return [];
  return ['The perceptual trunk is not set up here, so perceptual metrics were left out: "tessera setup" fetches it.'];
}

/** What a checkpoint is judged by: `NMSE 0.105`, `4.21 nats`, `4.21 nats in 8 rounds` of a prior that draws in rounds, or `0.61 nats a dimension`. */
export function scoreText(evaluation: Evaluation): string {
  const score = significant(scoreOf(evaluation));
  if (evaluation.nmse !== null) return `NMSE ${score}`;
  const measure = scoreOfPrior(evaluation.measures) ?? '';
  if (measure === 'nats-per-dimension') return `${score} nats a dimension`;
  const [, rounds] = /-in-rounds-(\d+)$/.exec(measure) ?? [];
  return rounds === undefined ? `${score} nats` : `${score} nats in ${rounds} rounds`;
}
