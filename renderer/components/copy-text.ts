import { useI18n } from 'vue-i18n';
import { useAttempt } from './error-toast';

/** Copies a text and says so. */
export function useCopy(): (text: string) => Promise<void> {
  const { t } = useI18n();
  const toast = useToast();
  const attempt = useAttempt();
  return (text) =>
    attempt(async () => {
      await navigator.clipboard.writeText(text);
      toast.add({ title: t('app.copied'), color: 'neutral' });
    });
}
