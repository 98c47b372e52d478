import { isReadable, type DamagedRun, type DatasetSummary, type RunSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import { nearest } from './nearest';
import type { Session } from './session';

/** Finds the dataset that `reference` names: by id, else by a unique name. */
export async function findDataset({ peer }: Session, reference: string): Promise<DatasetSummary> {
  return find('dataset', reference, await peer.request('datasets.list', {}));
}

/** Finds the run that `reference` names: by id, else by a unique name. */
export async function findRun({ peer }: Session, reference: string): Promise<RunSummary> {
  const all = await peer.request('runs.list', {});
  const damaged = all.find((run): run is DamagedRun => !isReadable(run) && run.id === reference);
  if (damaged) {
    const { file, message } = damaged.damage;
    const hint = 'Put the file back from a copy, or delete the run’s folder.';
    throw new AppError('BAD_FILE', `The run ${reference} can't be read: ${file} is damaged. ${message}`, hint, {
      field: file,
    });
  }
  return find('run', reference, all.filter(isReadable));
}

function find<T extends { id: string; name: string }>(kind: string, reference: string, all: readonly T[]): T {
  const byId = all.find(({ id }) => id === reference);
  if (byId) return byId;
  const named = all.filter(({ name }) => name.toLowerCase() === reference.toLowerCase());
  if (named.length === 1) return named[0]!;
  if (named.length > 1) {
    throw new AppError(
      'BAD_REQUEST',
      `${named.length} ${kind}s are called "${reference}".`,
      `Name one by its id: ${named.map(({ id }) => id).join(', ')}.`,
    );
  }
  const near = nearest(
    reference,
    all.flatMap(({ id, name }) => [id, name]),
  );
  const hint = near
    ? `Did you mean "${near}"?`
    : all.length === 0
      ? `There is no ${kind} in this workspace yet.`
      : `There are: ${all.map(({ id }) => id).join(', ')}.`;
  throw new AppError('NOT_FOUND', `There is no ${kind} "${reference}".`, hint);
}
