import type { RunSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import { rowsOf, type Row } from './rows';
import type { Session } from './session';

const ended = new Set<RunSummary['status']>(['finished', 'stopped', 'failed', 'interrupted']);
export const isOver = (run: RunSummary): boolean => !run.active && ended.has(run.status);

/**
 * Starts or continues a run with `start`, passes each row of its metrics after step `after` to `onRow`, once and in
 * order, and returns its summary once its trainer has ended. When `signal` aborts, the run is stopped with a
 * checkpoint first.
 */
export async function followRun(
  { peer }: Session,
  { start, after }: { start: () => Promise<RunSummary>; after: number },
  onRow: (row: Row) => void,
  signal: AbortSignal,
): Promise<RunSummary> {
  let id: string | null = null;
  let lastStep = after;
  const early: { run: string; rows: Row[] }[] = [];
  const take = (rows: readonly Row[]): void => {
    for (const row of rows) {
      if (row.step <= lastStep && row.loss.total !== undefined) continue;
      lastStep = Math.max(lastStep, row.step);
      onRow(row);
    }
  };

  let settle: (run: RunSummary) => void;
  const over = new Promise<RunSummary>((resolve) => (settle = resolve));
  const stopListening = [
    peer.on('runs.metrics', ({ run, metrics }) => {
      if (id === null) early.push({ run, rows: rowsOf(metrics) });
      else if (run === id) take(rowsOf(metrics));
    }),
    peer.on('runs.changed', (run) => {
      if (run.id === id && isOver(run)) settle(run);
    }),
  ];

  try {
    const begun = await start();
    id = begun.id;
    for (const { run, rows } of early) if (run === id) take(rows);
    // the end may have been announced before the id was known
    const now = await peer.request('runs.get', { run: id });
    const stop = (): void => {
      peer.request('runs.stop', { run: begun.id }).then(
        (run) => isOver(run) && settle(run),
        () => undefined, // it ended by itself meanwhile; its own announcement settles
      );
    };
    if (isOver(now)) settle!(now);
    else if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const lost = peer.closed.then(() => {
      throw new AppError(
        'ENGINE_LOST',
        'The workbench closed while the run was training.',
        `Continue with: tessera train --resume ${begun.id}`,
      );
    });
    const run = await Promise.race([over, lost]);
    signal.removeEventListener('abort', stop);
    // a run whose folder is gone has no more rows
    const rest = await peer.request('runs.metrics', { run: id, after: lastStep }).catch(() => null);
    if (rest) take(rowsOf(rest));
    return run;
  } finally {
    for (const stop of stopListening) stop();
  }
}

/**
 * Waits until a run's trainer has ended, or the run has left the queue; when `signal` aborts, the run is stopped
 * first.
 */
export async function untilOver({ peer }: Session, id: string, signal: AbortSignal): Promise<RunSummary> {
  let settle: (run: RunSummary) => void;
  const over = new Promise<RunSummary>((resolve) => (settle = resolve));
  const stopListening = peer.on('runs.changed', (run) => {
    if (run.id === id && isOver(run)) settle(run);
  });
  const stop = (): void => {
    peer.request('runs.stop', { run: id }).then(
      (run) => isOver(run) && settle(run),
      () => undefined, // it ended by itself meanwhile
    );
  };
  try {
    const now = await peer.request('runs.get', { run: id });
    if (isOver(now)) return now;
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const lost = peer.closed.then(() => {
      throw new AppError(
        'ENGINE_LOST',
        'The workbench closed while runs were training.',
        'Their checkpoints are kept.',
      );
    });
    return await Promise.race([over, lost]);
  } finally {
    signal.removeEventListener('abort', stop);
    stopListening();
  }
}
