import type { Comparison, Compression, NotKept } from '@shared/contract';
import { asAppError } from '@shared/errors';
import type { Documents } from './documents';

/**
 * Keeps a measurement under the id of its export; the next measurement of the same replaces both. If it can't be
 * kept, the result is returned all the same and says why.
 */
export function keepResult<R extends (Comparison | Compression) & { notKept?: NotKept | undefined }>(
  documents: Documents,
  kind: R extends Comparison ? 'comparison' : 'compression',
  found: R,
): R {
  const title = found.runs
    .map(({ name }) => name)
    .join(', ')
    .slice(0, 300);
  const facts = { items: found.runs.length };
  try {
    documents.write<'comparison' | 'compression'>(kind, { id: found.id, title, facts, value: found });
    return found;
  } catch (thrown) {
    const { code, message, hint } = asAppError(thrown);
    return { ...found, notKept: { code, message, hint } };
  }
}
