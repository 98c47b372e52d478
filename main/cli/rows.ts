import type { Metrics } from '@shared/contract';
import { duration, significant, wholeNumber } from './format';

/** One step as `train` prints it. What was not measured at that step is undefined. */
export interface Row {
  step: number;
  loss: { total?: number; [term: string]: number | undefined };
  nmse: number | undefined;
  perplexity: number | undefined;
  imagesPerSecond: number | undefined;
  /** Over the whole held-out split, at steps with an evaluation. */
  test: { nmse: number; psnr: number; perplexity: number } | undefined;
}

/** The rows of a table of columns; NaN stands for "not measured". */
export function rowsOf({ step: steps, series }: Metrics): Row[] {
  const at = (name: string, index: number): number | undefined => {
    const value = series[name]?.[index];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  const terms = Object.keys(series).filter((name) => name.startsWith('loss/'));
  return Array.from(steps, (step, index) => {
    const total = at('loss', index);
    const loss: Row['loss'] = total === undefined ? {} : { total };
    for (const term of terms) {
      const value = at(term, index);
      if (value !== undefined) loss[term.slice('loss/'.length)] = value;
    }
    const testNmse = at('test/nmse', index);
    return {
      step,
      loss,
      nmse: at('nmse', index),
      perplexity: at('perplexity', index),
      imagesPerSecond: at('images-per-second', index),
      test:
        testNmse === undefined
          ? undefined
          : { nmse: testNmse, psnr: at('test/psnr', index) ?? NaN, perplexity: at('test/perplexity', index) ?? NaN },
    };
  });
}

/** `step 120/1000  loss 0.1234  nmse 0.1050  perplexity 60.1  1,234 img/s  0:42 left` */
export function rowText(row: Row, plan: { steps: number; batch: number }): string {
  const { step, loss, nmse, perplexity, imagesPerSecond } = row;
  const parts = [`step ${step}/${plan.steps}`];
  if (loss.total !== undefined) parts.push(`loss ${significant(loss.total)}`);
  if (nmse !== undefined) parts.push(`nmse ${significant(nmse)}`);
  if (perplexity !== undefined) parts.push(`perplexity ${significant(perplexity)}`);
  if (imagesPerSecond) {
    parts.push(
      `${wholeNumber(imagesPerSecond)} img/s`,
      `${duration(((plan.steps - step) * plan.batch) / imagesPerSecond)} left`,
    );
  }
  return parts.join('  ');
}

/** `step 1000  held out: nmse 0.105  psnr 21.3  perplexity 60.1` */
export function evaluationText({ step, test }: Row & { test: NonNullable<Row['test']> }): string {
  return `step ${step}  held out: nmse ${significant(test.nmse)}  psnr ${significant(test.psnr)} dB  perplexity ${significant(test.perplexity)}`;
}
