import path from 'node:path';
import type { Evaluation } from '@shared/contract';
import { AppError } from '@shared/errors';
import { isZero } from '@shared/maths';
import { replaceFile } from '../../files';
import { type CheckpointState, type MetricLine, type RunManifest, bytesIn, runFolder } from '@shared/specs';
import { requireFiniteEvaluation, requireFiniteState } from './not-finite';
import { preparePreviews } from './previews';
import { isDamage, openMetrics, pruneCheckpoints, putAsideDamaged, readState, writeCheckpoint } from './run-files';
import { checkpointFolders, updateRun } from '../../run-files';
import type { TrainingSession } from './session-types';

/** Told of everything the journal writes, right after. */
export interface JournalListener {
  /** Every line of metrics.jsonl as it is added: one a step, one an evaluation. */
  onMetrics?(line: MetricLine): void;
  onCheckpoint?(checkpoint: { step: number; best: boolean }): void;
  onPreview?(preview: { step: number }): void;
  onEvaluation?(evaluation: Evaluation): void;
  /** The checkpoint at `step` can't be read, as `message` says; training goes on from the one at `instead`. */
  onDamaged?(checkpoint: { step: number; instead: number; message: string }): void;
}

export type Journal = ReturnType<typeof openJournal>;

/**
 * What a run leaves in its folder while it trains. Opening it restores the session from the newest checkpoint that can
 * be read, if there is one, puts damaged ones aside, and drops what was written after that.
 * @throws BAD_FILE naming the file if there are checkpoints but none can be read
 */
export function openJournal(
  runDirectory: string,
  manifest: RunManifest,
  session: TrainingSession,
  listener: JournalListener,
) {
  const { seed, keep } = manifest.spec.training;
  const newest = restoreNewest(runDirectory, session, listener);
  const startStep = newest?.step ?? 0;
  let evaluated: { step: number | null; score: number | null; best: number | null } = {
    step: null,
    score: null,
    best: null,
  };
  if (newest) evaluated = { step: newest.evaluatedStep, score: newest.score, best: newest.bestScore };
  preparePreviews(runDirectory, session.previews, startStep);
  const metrics = openMetrics(runDirectory, startStep);

  const onset = onsetOf(manifest.spec.model);
  /**
   * Whether the discriminator woke since the evaluation before: it costs NMSE, so what was the best without it counts
   * no longer.
   */
  const isFirstJudged = (before: number | null, step: number): boolean =>
    onset !== null && before !== null && before <= onset && step > onset;

  const record = (step: number, values: MetricLine['values']): void => {
    const line = { step, wall: Date.now() / 1000, values };
    metrics.append(line);
    listener.onMetrics?.(line);
  };

  return {
    /** Updates done by the checkpoint that training goes on from; 0 without one. */
    startStep,
    /** Step of the newest evaluation. */
    evaluatedStep: () => evaluated.step,
    record,

    /**
     * Writes an evaluation; returns whether its score is the lowest so far, once there is a discriminator of those with
     * it. Throws NOT_FINITE.
     */
    recordEvaluation(evaluation: Evaluation, counts: Uint32Array<ArrayBuffer>): boolean {
      requireFiniteEvaluation(evaluation);
      const { step } = evaluation;
      const score = evaluation.score.value;
      const isBest = evaluated.best === null || score < evaluated.best || isFirstJudged(evaluated.step, step);
      evaluated = { step, score, best: isBest ? score : evaluated.best };
      if (counts.length > 0)
        replaceFile(path.join(runDirectory, runFolder.usageAt(step)), new Uint8Array(counts.buffer));
      record(step, seriesOf(evaluation));
      listener.onEvaluation?.(evaluation);
      return isBest;
    },

    /** Writes what the preview items look like now. */
    async preview(step: number): Promise<void> {
      const { index, now } = session.previews;
      replaceFile(path.join(runDirectory, runFolder.preview(step, index.signal)), bytesIn(await now()));
      listener.onPreview?.({ step });
    },

    /**
     * Writes a checkpoint, of one at this step only what is new about it, after the metrics up to it. Throws
     * NOT_FINITE.
     */
    checkpoint(step: number, best: boolean): void {
      metrics.flush(true);
      const { step: evaluatedStep, score, best: bestScore } = evaluated;
      const state = { step, seed, score, bestScore, best, evaluatedStep };
      const snapshot = session.snapshot();
      requireFiniteState(step, { ...snapshot.weights, ...snapshot.optimizer });
      writeCheckpoint(runDirectory, { ...snapshot, state });
      pruneCheckpoints(runDirectory, keep);
      updateRun(runDirectory, { step });
      listener.onCheckpoint?.({ step, best });
    },

    flush: () => metrics.flush(true),
    close: () => metrics.close(),
  };
}

/** Steps that a model learns before its discriminator has a say; null of those without one. */
function onsetOf(model: RunManifest['spec']['model']): number | null {
  return 'adversarial' in model && !isZero(model.adversarial.weight) ? model.adversarial.start : null;
}

/** An evaluation as its line of metrics.jsonl. */
function seriesOf({ measures }: Evaluation): MetricLine['values'] {
  return Object.fromEntries(Object.entries(measures).map(([name, value]) => [`test/${name}`, value]));
}

/** Restores the newest checkpoint that can be read; what it says of itself, or null if the run has none yet. */
function restoreNewest(
  runDirectory: string,
  session: TrainingSession,
  { onDamaged }: JournalListener,
): CheckpointState | null {
  const damaged: { step: number; message: string }[] = [];
  for (const step of checkpointFolders(runDirectory).reverse()) {
    try {
      session.restore(runDirectory, step);
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      damaged.push({ step, message: thrown.message });
      continue;
    }
    for (const one of damaged) {
      putAsideDamaged(runDirectory, one.step);
      onDamaged?.({ ...one, instead: step });
    }
    return readState(runDirectory, step);
  }
  const [newest] = damaged;
  if (!newest) return null;
  throw new AppError(
    'BAD_FILE',
    `None of the run’s checkpoints can be read: ${newest.message}`,
    'Put the file back from a copy, or start a new run.',
    { field: 'checkpoint' },
  );
}
