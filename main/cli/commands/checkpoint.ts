import { InvalidArgumentError, Option } from 'commander';
import type { CheckpointChoice, RunSummary } from '@shared/contract';

/** `--checkpoint latest|best|STEP`. */
export function checkpointOption(description = 'latest, best, or a step'): Option {
  return new Option('--checkpoint <which>', description).default('latest').argParser((text): CheckpointChoice => {
    if (text === 'latest' || text === 'best') return text;
    if (/^\d+$/.test(text)) return Number(text);
    throw new InvalidArgumentError('Expected latest, best, or a step.');
  });
}

/**
 * The checkpoint that something was made with if it is still kept, else the newest: its weights may differ, which
 * the engine reports.
 */
export function checkpointOf(run: RunSummary, step: number | undefined): CheckpointChoice {
  return step !== undefined && run.checkpoints.includes(step) ? step : 'latest';
}
