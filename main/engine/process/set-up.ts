import { AppError } from '@shared/errors';
import { chooseBuild, installationOf, readStamp } from '../tensorflow/native';

/**
 * Code that needs TensorFlow, imported when it is first asked for: a process is up at once, and who asks it something
 * before TensorFlow was set up is told so (ENGINE_NOT_SET_UP), until it was.
 */
export function whenSetUp<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | null = null;
  return async () => {
    if (!loaded) {
      requireSetUp(); // an import that fails is never tried again, so it may only be tried when it can succeed
      loaded = load();
    }
    return loaded;
  };
}

function requireSetUp(): void {
  if (readStamp(installationOf(chooseBuild()))) return;
  throw new AppError(
    'ENGINE_NOT_SET_UP',
    'TensorFlow is not set up on this machine yet.',
    'Run "tessera setup" (in a checkout: npm run setup).',
  );
}
