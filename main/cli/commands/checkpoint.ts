import { InvalidArgumentError, Option } from 'commander';
import type { CheckpointChoice } from '@shared/contract';

/** `--checkpoint latest|best|STEP`. */
export function checkpointOption(): Option {
  return new Option('--checkpoint <which>', 'latest, best, or a step')
    .default('latest')
    .argParser((text): CheckpointChoice => {
      if (text === 'latest' || text === 'best') return text;
      if (/^\d+$/.test(text)) return Number(text);
      throw new InvalidArgumentError('Expected latest, best, or a step.');
    });
}
