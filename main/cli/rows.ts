import type { Evaluation, Metrics } from '@shared/contract';
import { durationText } from '@shared/duration';
import { isScore } from '@shared/metrics';
import { counted, significant, wholeNumber } from './format';

/** One step as `train` prints it. Values not measured at that step are undefined. */
export interface Row {
  step: number;
  loss: { total?: number; [term: string]: number | undefined };
  nmse: number | undefined;
  /** For a prior: −log p per code. */
  nats: number | undefined;
  natsPerDimension: number | undefined;
  perplexity: number | undefined;
  itemsPerSecond: number | undefined;
  /** Measures over the whole held-out split, at steps with an evaluation. */
  test: HeldOut | undefined;
}

/**
 * What `train` prints of an evaluation: no perplexity for a model without codes, no error for a prior, and its other
 * measures.
 */
export type HeldOut = Pick<Figures, 'nmse' | 'psnr' | 'perplexity' | 'measures'>;

/** An evaluation's measures as results have them: some with a field of their own, null where it has none. */
export interface Figures {
  nmse: number | null;
  psnr: number | null;
  perplexity: number | null;
  usage: number | null;
  deadCodes: number | null;
  measures: Record<string, number>;
}

export function figuresOf(all: Readonly<Record<string, number>>): Figures {
  const { nmse, psnr, perplexity, usage, 'dead-codes': deadCodes, ...measures } = all;
  return {
    nmse: nmse ?? null,
    psnr: psnr ?? null,
    perplexity: perplexity ?? null,
    usage: usage ?? null,
    deadCodes: deadCodes ?? null,
    measures,
  };
}

/** Turns columns into rows; values that were not measured or not finite are left out. */
export function rowsOf({ step: steps, series }: Metrics): Row[] {
  const at = (name: string, index: number): number | undefined => {
    const value = series[name]?.[index];
    return Number.isFinite(value) ? value : undefined;
  };
  const terms = Object.keys(series).filter((name) => name.startsWith('loss/'));
  const ownMeasures = Object.keys(series)
    .filter((name) => name.startsWith('test/'))
    .map((name) => name.slice('test/'.length));
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
      itemsPerSecond: at('items-per-second', index),
      test: heldOutAt((name) => at(name, index)),
    };
  });

  function heldOutAt(value: (name: string) => number | undefined): HeldOut | undefined {
    const all: Record<string, number> = {};
    for (const name of ownMeasures) {
      const measured = value(`test/${name}`);
      if (measured !== undefined) all[name] = measured;
    }
    if (!Object.keys(all).some(isScore)) return undefined;
    const { nmse, psnr, perplexity, measures } = figuresOf(all);
    return { nmse, psnr, perplexity, measures };
  }
}

/** `step 120/1000  loss 0.1234  nmse 0.1050  perplexity 60.1  1,234 items/s  0:42 left` */
export function rowText(row: Row, plan: { steps: number; batch: number }): string {
  const { step, loss, nmse, nats, natsPerDimension, perplexity, itemsPerSecond } = row;
  const parts = [`step ${step}/${plan.steps}`];
  if (loss.total !== undefined) parts.push(`loss ${significant(loss.total)}`);
  if (nmse !== undefined) parts.push(`nmse ${significant(nmse)}`);
  if (nats !== undefined) parts.push(`nats per code ${significant(nats)}`);
  if (natsPerDimension !== undefined) parts.push(`nats per dimension ${significant(natsPerDimension)}`);
  if (perplexity !== undefined) parts.push(`perplexity ${significant(perplexity)}`);
  if (itemsPerSecond) {
    parts.push(
      `${wholeNumber(itemsPerSecond)} items/s`,
      `${durationText(((plan.steps - step) * plan.batch) / itemsPerSecond)} left`,
    );
  }
  return parts.join('  ');
}

/** `step 1000  held out: nmse 0.105  psnr 21.3  perplexity 60.1` */
export function evaluationText({ step, test }: Row & { test: NonNullable<Row['test']> }): string {
  return `step ${step}  held out: ${evaluationParts(test).join('  ')}`;
}

/** The parts of an evaluation as text: `nmse 0.105`, `psnr 21.3 dB` and so on. */
export function evaluationParts({ nmse, psnr, perplexity, measures, ...codes }: HeldOut & Partial<Figures>): string[] {
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

/** What a thorough evaluation left out on this machine, as lines; empty if nothing. */
export function leftOut(thorough: boolean, measures: Readonly<Record<string, number>>): string[] {
  if (!thorough || 'perceptual' in measures) return [];
  return ['The perceptual trunk is not set up here, so perceptual metrics were left out: "tessera setup" fetches it.'];
}

/**
 * A checkpoint's score: `NMSE 0.105`, `4.21 nats`, `4.21 nats in 8 rounds` for a prior that draws in rounds, or
 * `0.61 nats per dimension`.
 */
export function scoreText(evaluation: Evaluation): string {
  const { name: measure, value } = evaluation.score;
  const score = significant(value);
  if (measure === 'nmse') return `NMSE ${score}`;
  if (measure === 'nats-per-dimension') return `${score} nats per dimension`;
  const [, rounds] = /-in-rounds-(\d+)$/.exec(measure) ?? [];
  return rounds === undefined ? `${score} nats` : `${score} nats in ${rounds} rounds`;
}
