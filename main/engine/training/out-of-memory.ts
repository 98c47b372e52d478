import { AppError } from '@shared/errors';

/** How TensorFlow, the C++ library and V8 say that memory could not be had. */
const SIGNS =
  /OOM when allocating|ResourceExhausted|failed to allocate|std::bad_alloc|out of memory|ran out of memory|Array buffer allocation failed/i;

/**
 * An error that says that memory ran out as one that names what to lower; any other as it is.
 * @param doing what needed the memory, as the beginning of a sentence: “Training”
 */
export function explainMemory(thrown: unknown, doing: string): unknown {
  if (thrown instanceof AppError && thrown.code === 'LIMIT') return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (!SIGNS.test(message)) return thrown;
  const shape = /shape\s*\[([\d,]+)\]/.exec(message)?.[1];
  const what = shape ? ` for an array of ${shape.split(',').join(' × ')}` : '';
  return new AppError('LIMIT', `${doing} ran out of memory${what}.`, memoryHint, {
    field: 'training.batch',
    cause: thrown,
  });
}

/** What to lower, in the order of what it saves. */
export const memoryHint =
  'Lower the batch (and accumulate more of them), import the pictures at a smaller size, or choose fewer hidden channels.';
