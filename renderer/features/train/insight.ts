import type { RunSummary } from '@shared/contract';
import { codesOf as codesOfQuantizer, type RunSpec } from '@shared/specs';

/** What is happening in a run, as a sentence for somebody who never trained a model: a message and its numbers. */
export interface Insight {
  /** Key below `train.insight`. */
  key:
    | 'queued'
    | 'starting'
    | 'first'
    | 'collapsed'
    | 'searching'
    | 'learning'
    | 'refining'
    | 'paused'
    | 'stopped'
    | 'interrupted'
    | 'failed'
    | 'finished';
  tone: 'neutral' | 'good' | 'warning' | 'bad';
  /** Share of the pictures' variance that reconstructions keep, 0 to 1, and effective number of codes, where known. */
  kept: number | null;
  perplexity: number | null;
}

/** Before this share of the steps, and before this many, nothing is judged: dead codes need time to revive. */
const TOO_EARLY = 0.1;
const TOO_FEW_STEPS = 100;
/** Perplexity below this share of K, once judged, is a collapsed codebook. */
const COLLAPSED_SHARE = 0.02;
const COLLAPSED_CODES = 4;
const ROUGH_NMSE = 0.3;
const GOOD_NMSE = 0.1;

/** How many codes a run's codebook holds, as its specification says; null where it has none or doesn't say. */
export function codesOf(spec: RunSpec): number | null {
  return 'quantizer' in spec.model ? codesOfQuantizer(spec.model.quantizer) : null;
}

/** Judges a run by its status and newest numbers. NMSE is the share of the variance that is lost, so 1 − NMSE is kept. */
export function insightOf(run: Pick<RunSummary, 'status' | 'step' | 'latest' | 'evaluation' | 'spec'>): Insight {
  const nmse = run.evaluation?.measures.nmse ?? run.latest?.nmse ?? null;
  const perplexity = run.latest?.perplexity ?? run.evaluation?.measures.perplexity ?? null;
  const numbers = { kept: nmse === null ? null : Math.max(0, 1 - nmse), perplexity };
  switch (run.status) {
    case 'queued':
    case 'starting':
    case 'paused':
    case 'stopped':
      return { key: run.status, tone: 'neutral', ...numbers };
    case 'interrupted':
      return { key: 'interrupted', tone: 'warning', ...numbers };
    case 'failed':
      return { key: 'failed', tone: 'bad', ...numbers };
    case 'finished':
      return { key: 'finished', tone: 'good', ...numbers };
    case 'running':
      return { ...judgeProgress(run, perplexity), ...numbers };
  }
}

function judgeProgress(
  run: Pick<RunSummary, 'step' | 'latest' | 'spec'>,
  perplexity: number | null,
): Pick<Insight, 'key' | 'tone'> {
  if (!run.latest) return { key: 'first', tone: 'neutral' };
  const codes = codesOf(run.spec);
  const judged = run.step >= Math.max(TOO_FEW_STEPS, TOO_EARLY * run.spec.training.steps);
  const isCollapsed =
    codes !== null && perplexity !== null && perplexity < Math.max(COLLAPSED_CODES, COLLAPSED_SHARE * codes);
  if (judged && isCollapsed && codes > COLLAPSED_CODES) return { key: 'collapsed', tone: 'warning' };
  // A prior: what its likelihood is worth depends on the codes.
  if (run.latest.nmse === null) return { key: 'learning', tone: 'good' };
  if (run.latest.nmse > ROUGH_NMSE) return { key: 'searching', tone: 'neutral' };
  return run.latest.nmse > GOOD_NMSE ? { key: 'learning', tone: 'good' } : { key: 'refining', tone: 'good' };
}
