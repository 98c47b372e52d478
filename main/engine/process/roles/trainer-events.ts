import { metricCell, type Evaluation, type EventPayload, type Metrics, type TrainerContract } from '@shared/contract';
import { printable } from '@shared/printable';
import type { MetricLine } from '@shared/specs';
import { coalesce } from '@shared/wire';
import type { Emit } from '../serve';

type Payload<E extends keyof TrainerContract['events']> = EventPayload<TrainerContract, E>;

/**
 * Sends what a trainer reports as events of its process, each kind at most 20 times per second: lines of metrics
 * gathered into columns, and only the newest of everything else. A change of status goes out at once, after all that
 * came before it.
 */
export function trainerEvents(emit: Emit<TrainerContract>) {
  const lines = coalesce<MetricLine>((some) => emit('trainer.metrics', inColumns(some)));
  const previews = coalesce<Payload<'trainer.preview'>>((some) =>
    some.slice(-1).forEach((one) => emit('trainer.preview', one)),
  );
  const evaluations = coalesce<Evaluation>((some) => some.slice(-1).forEach((one) => emit('trainer.evaluation', one)));
  const checkpoints = coalesce<Payload<'trainer.checkpoint'>>((some) => {
    const best = some.filter((one) => one.best).at(-1);
    const newest = some.at(-1);
    if (best && best !== newest) emit('trainer.checkpoint', best);
    if (newest) emit('trainer.checkpoint', newest);
  });
  const statuses = coalesce<Payload<'trainer.status'>>((some) =>
    some.slice(-1).forEach((one) => emit('trainer.status', one)),
  );
  let status: Payload<'trainer.status'>['status'] | null = null;

  const flush = (): void => {
    for (const waiting of [lines, previews, evaluations, checkpoints, statuses]) waiting.flush();
  };
  return {
    onMetrics: lines.push,
    onPreview: previews.push,
    onEvaluation: evaluations.push,
    onCheckpoint: checkpoints.push,
    /** Rare, so it is sent at once; the log has it, too. */
    onDamaged(checkpoint: Payload<'trainer.damaged'>): void {
      const { instead, message } = checkpoint;
      console.log(printable(`${new Date().toISOString()} ${message} Training goes on from step ${instead}.`));
      emit('trainer.damaged', checkpoint);
    },
    onStatus(next: Payload<'trainer.status'>): void {
      const isChange = next.status !== status;
      status = next.status;
      if (isChange) {
        flush();
        log(next);
      }
      statuses.push(next);
      if (isChange) statuses.flush();
    },
    /** Sends what is waiting. */
    flush,
  };
}

/** One line for the run's log. */
function log({ status, step, failure }: Payload<'trainer.status'>): void {
  console.log(
    printable(`${new Date().toISOString()} ${status} at step ${step}${failure ? `: ${failure.message}` : ''}`),
  );
}

/** Turns lines into columns; NaN where a line lacks a series. */
export function inColumns(lines: readonly MetricLine[]): Metrics {
  const names = new Set(lines.flatMap(({ values }) => Object.keys(values)));
  return {
    step: Float64Array.from(lines, ({ step }) => step),
    wall: Float64Array.from(lines, ({ wall }) => wall),
    series: Object.fromEntries(
      [...names].map((name) => [name, Float32Array.from(lines, ({ values }) => metricCell(values[name]))]),
    ),
  };
}
