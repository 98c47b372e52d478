import type { RunManifest } from '@shared/specs';
import { hintFor } from '../engine/exit';
import { unwritable, type NewIncident } from '../stores';
import { isOver, type LiveRun, type SessionEnd } from './trainer-session';

/** What becomes of a run when its trainer has ended. */
export interface Outcome {
  change: Pick<RunManifest, 'status' | 'step' | 'failure'>;
  incident: NewIncident | null;
}

/**
 * Judges how a trainer ended: it says so itself (finished, failed, stopped), it refused to start (failed), it was
 * asked to end (stopped, or interrupted if it had to be killed), or it was lost (interrupted, with an incident).
 * `written` is what the run's files say, `checkpoint` the step to continue from.
 */
export function judge(written: RunManifest, live: LiveRun, end: SessionEnd, checkpoint: number | null): Outcome {
  const { exit, refusal } = end;
  const step = Math.max(written.step, live.step);
  if (refusal) {
    const { code, message, hint } = refusal;
    return {
      change: { status: refusal.code === 'CANCELLED' ? 'stopped' : 'failed', step, failure: { code, message, hint } },
      incident: null,
    };
  }
  if (isOver(live.status)) {
    const { status, failure } = live;
    const isDisk = failure !== null && ['DISK', 'DENIED', 'NOT_FOUND'].includes(failure.code);
    return {
      change: { status, step, failure },
      incident: isDisk ? unwritable(written.id, failure, { step, checkpoint }) : null,
    };
  }
  if (isOver(written.status))
    return { change: { status: written.status, step: written.step, failure: written.failure }, incident: null };
  if (exit.expected && exit.signal === null)
    return { change: { status: 'stopped', step, failure: null }, incident: null };
  if (exit.expected && live.status === 'starting')
    return { change: { status: 'stopped', step: written.step, failure: null }, incident: null };

  const { message, hint } = interruption(
    step,
    checkpoint,
    `The trainer process ${exit.description}.`,
    hintFor(exit.signal, end.logTail),
  );
  return {
    change: { status: 'interrupted', step, failure: { code: 'ENGINE_LOST', message, hint } },
    incident: { ...ofTrainer(written.id, step, checkpoint), message, hint, logTail: end.logTail },
  };
}

/** Judges a run whose trainer ended with its workbench or with the machine. */
export function judgeAbandoned(written: RunManifest, checkpoint: number | null): Outcome {
  if (written.status === 'queued')
    return { change: { status: 'stopped', step: written.step, failure: null }, incident: null };
  const { message, hint } = interruption(
    written.step,
    checkpoint,
    'Tessera or the machine ended while it trained.',
    '',
  );
  return {
    change: { status: 'interrupted', step: written.step, failure: { code: 'ENGINE_LOST', message, hint } },
    incident: { ...ofTrainer(written.id, written.step, checkpoint), message, hint, logTail: '' },
  };
}

const ofTrainer = (run: string, atStep: number, step: number | null) =>
  ({ kind: 'lost', role: 'trainer', run, atStep, step }) as const;

function interruption(
  step: number,
  checkpoint: number | null,
  why: string,
  advice: string,
): { message: string; hint: string } {
  const from = checkpoint === null ? 'start it again from the beginning' : `continue from step ${checkpoint}`;
  return {
    message: `Training stopped unexpectedly at step ${step}; ${from}.`,
    hint: advice === '' ? why : `${why} ${advice}`,
  };
}
