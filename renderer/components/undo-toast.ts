import { useAttempt } from './error-toast';

const SHOWN_MS = 10_000;

/** Says what was done, with a button that takes it back. */
export function useUndoToast(): (done: string, undo: () => Promise<unknown>) => void {
  const toast = useToast();
  const { t } = useI18n();
  const attempt = useAttempt();
  return (done, undo) => {
    toast.add({
      title: done,
      color: 'neutral',
      duration: SHOWN_MS,
      actions: [
        {
          label: t('app.undo'),
          color: 'primary',
          variant: 'outline',
          onClick: () => void attempt(undo),
        },
      ],
    });
  };
}
