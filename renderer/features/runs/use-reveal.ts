import { useAttempt } from '@/components/error-toast';
import { useConnection } from '@/stores/connection';

/** Opens a run's folder in the file manager; a browser, which can't, gets its path to paste. */
export function useReveal(): (run: string) => Promise<void> {
  const connection = useConnection();
  const attempt = useAttempt();
  const toast = useToast();
  const { t } = useI18n();
  return (run) =>
    attempt(async () => {
      const { path, opened } = await connection.request('runs.reveal', { run });
      if (opened) return;
      await navigator.clipboard.writeText(path);
      toast.add({ title: t('runs.pathCopied'), description: path, color: 'neutral' });
    });
}
