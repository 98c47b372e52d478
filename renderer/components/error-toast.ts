import { asAppError } from '@shared/errors';
import { useErrorWords } from './error-words';

/** Runs something that may fail; a failure is told in a toast, a cancellation is nobody's failure. */
export function useAttempt(): (action: () => Promise<unknown>) => Promise<void> {
  const toast = useToast();
  const words = useErrorWords();
  return async (action) => {
    try {
      await action();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error.code !== 'CANCELLED') toast.add({ ...words(error), icon: 'i-lucide-circle-alert', color: 'error' });
    }
  };
}
