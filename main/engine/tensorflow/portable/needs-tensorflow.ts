import { AppError } from '@shared/errors';

/** The error for something that the portable engine can't do, naming what needed it. */
export function needsTensorflow(what: string): AppError {
  return new AppError(
    'UNSUPPORTED',
    `${what} needs TensorFlow, which is not set up on this machine.`,
    'Run "tessera setup" (in a checkout: npm run setup); "tessera doctor" says what it lacks.',
  );
}
