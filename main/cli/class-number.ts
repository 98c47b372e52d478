import type { RunSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import { isPrior } from '@shared/specs';
import { nearest } from './nearest';

/**
 * Looks up a class by its name among those a prior was trained with.
 * @throws BAD_REQUEST naming the flag, with the nearest name there is
 */
export function classNumber({ name: run, classes, spec }: RunSummary, name: string, flag: string): number {
  const known = isPrior(spec.model) && 'condition' in spec.model && spec.model.condition === 'class' ? classes : [];
  const number = known.indexOf(name);
  if (number >= 0) return number;
  const near = nearest(name, known);
  const hint = near ? `Did you mean ${near}?` : known.length > 0 ? `There are: ${known.join(', ')}.` : '';
  const message = known.length > 0 ? `There is no class "${name}".` : `“${run}” was trained without classes.`;
  throw new AppError('BAD_REQUEST', `${flag}: ${message}`, hint, { field: flag.replace(/^--/, '') });
}
