import { AppError, asAppError } from '@shared/errors';
import { allowPortable, isSetUp } from '../tensorflow/native';
import { findTools } from '../tensorflow/native/tools';

/**
 * Imports code that needs an engine when it is first asked for, so that the process is up at once.
 *
 * `portable` is for code that only encodes and decodes: it runs without TensorFlow where that is missing. Otherwise
 * requests fail with ENGINE_NOT_SET_UP, which says what to install, until TensorFlow is set up.
 */
export function whenSetUp<T>(load: () => Promise<T>, { portable = false } = {}): () => Promise<T> {
  let loaded: Promise<T> | null = null;
  if (portable) allowPortable();
  return async () => {
    if (!loaded) {
      if (!portable && process.env.TESSERA_ENGINE === 'portable') throw leftAlone();
      // a failed import is never retried, so it may only be tried when it can succeed
      if (!isSetUp() && (!portable || process.env.TESSERA_ENGINE === 'native')) throw await notSetUp();
      loaded = load();
    }
    return loaded;
  };
}

function leftAlone(): AppError {
  return new AppError(
    'ENGINE_NOT_SET_UP',
    'Training needs TensorFlow, and TESSERA_ENGINE=portable leaves it alone.',
    'Unset TESSERA_ENGINE and start Tessera again.',
  );
}

async function notSetUp(): Promise<AppError> {
  const lacks = await findTools().then(
    () => null,
    (error: unknown) => asAppError(error),
  );
  return new AppError(
    'ENGINE_NOT_SET_UP',
    `Training needs TensorFlow, which is not set up on this machine. ${lacks?.message ?? ''}`.trim(),
    `${lacks ? `${lacks.hint} Then run` : 'Run'} "tessera setup" (in a checkout: npm run setup).`,
  );
}
