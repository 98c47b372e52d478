import { AppError } from '@shared/errors';

/** What every reader here throws for a file that isn't one: BAD_FILE, saying what is wrong and where. */
export function damaged(reason: string): AppError {
  return new AppError(
    'BAD_FILE',
    `This compressed file can’t be opened: ${reason}.`,
    'If it was copied or sent, copy it again.',
  );
}
