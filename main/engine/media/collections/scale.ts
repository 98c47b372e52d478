import { AppError } from '@shared/errors';
import { decodeElements, type NpyHeader } from '../npy';
import { createValueFacts, valueRange, type ChosenRange, type ValueRange } from '../value-range';

/**
 * The range of an array, from all of its values. `read` gives its records anew; reading ends as soon as nothing more can
 * be learnt. Throws BAD_FILE where no range is clear.
 */
export async function rangeOf(
  name: string,
  header: NpyHeader,
  read: () => AsyncIterable<Uint8Array>,
  chosen: ChosenRange,
  signal: AbortSignal,
): Promise<ValueRange> {
  if (header.type === 'text') throw new AppError('BAD_FILE', 'it holds text where numbers were expected');
  const gatherer = createValueFacts(header.type);
  for await (const record of read()) {
    signal.throwIfAborted();
    gatherer.add(decodeElements(record, header));
    if (chosen === 'auto' && gatherer.isSettled()) break;
  }
  return valueRange(name, gatherer.facts(), chosen);
}
