import path from 'node:path';
import type { Evaluation } from '@shared/contract';
import { type MetricLine, type RunManifest, runFolder } from '@shared/specs';
import { preparePreviews } from './previews';
import {
  listCheckpoints,
  openMetrics,
  pruneCheckpoints,
  readState,
  replaceFile,
  updateRun,
  writeCheckpoint,
} from './run-files';
import type { TrainingSession } from './session';

/** Told of everything the journal writes, right after. */
export interface JournalListener {
  /** Every line of metrics.jsonl as it is added: one a step, one an evaluation. */
  onMetrics?(line: MetricLine): void;
  onCheckpoint?(checkpoint: { step: number; best: boolean }): void;
  onPreview?(preview: { step: number }): void;
  onEvaluation?(evaluation: Evaluation): void;
}

export type Journal = ReturnType<typeof openJournal>;

/**
 * What a run leaves in its folder while it trains. Opening it restores the session from the newest checkpoint, if there is
 * one, and drops what was written after that.
 */
export function openJournal(
  runDirectory: string,
  manifest: RunManifest,
  session: TrainingSession,
  listener: JournalListener,
) {
  const { seed, keep } = manifest.spec.training;
  const newest = listCheckpoints(runDirectory).steps.at(-1);
  const startStep = newest ?? 0;
  let evaluated: { step: number | null; nmse: number | null; best: number | null } = {
    step: null,
    nmse: null,
    best: null,
  };
  if (newest !== undefined) {
    session.restore(runDirectory, newest);
    const { nmse, bestNmse, evaluatedStep } = readState(runDirectory, newest);
    evaluated = { step: evaluatedStep, nmse, best: bestNmse };
  }
  preparePreviews(runDirectory, session.pack, session.previewItems, startStep);
  const metrics = openMetrics(runDirectory, startStep);

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

    /** Writes an evaluation; returns whether its NMSE is the lowest so far. */
    recordEvaluation(evaluation: Evaluation, counts: Uint32Array<ArrayBuffer>): boolean {
      const { step, nmse } = evaluation;
      const isBest = evaluated.best === null || nmse < evaluated.best;
      evaluated = { step, nmse, best: isBest ? nmse : evaluated.best };
      replaceFile(path.join(runDirectory, runFolder.usageAt(step)), new Uint8Array(counts.buffer));
      record(step, {
        'test/nmse': nmse,
        'test/psnr': evaluation.psnr,
        'test/perplexity': evaluation.perplexity,
        'test/usage': evaluation.usage,
        'test/dead-codes': evaluation.deadCodes,
      });
      listener.onEvaluation?.(evaluation);
      return isBest;
    },

    /** Writes what the preview items look like now. */
    preview(step: number): void {
      const { pack, previewItems, reconstruct } = session;
      replaceFile(path.join(runDirectory, runFolder.preview(step)), reconstruct(pack.readItems(previewItems)));
      listener.onPreview?.({ step });
    },

    /** Writes a checkpoint (unless there is one at this step), after the metrics up to it. */
    checkpoint(step: number, best: boolean): void {
      metrics.flush(true);
      const { step: evaluatedStep, nmse, best: bestNmse } = evaluated;
      const state = { step, seed, nmse, bestNmse, best, evaluatedStep };
      writeCheckpoint(runDirectory, { ...session.snapshot(), state });
      pruneCheckpoints(runDirectory, keep);
      updateRun(runDirectory, { step });
      listener.onCheckpoint?.({ step, best });
    },

    flush: () => metrics.flush(true),
    close: () => metrics.close(),
  };
}
