import { AppError } from '@shared/errors';

/** The BAD_FILE error that every reader here throws for a damaged file, saying what is wrong and where. */
export function damaged(reason: string): AppError {
  return new AppError(
    'BAD_FILE',
    `This compressed file can’t be opened: ${reason}.`,
    'If it was copied or sent, copy it again.',
  );
}
