import type { AppError } from '@shared/errors';
import { useSentence } from '@/i18n/sentences';
import { joinSentences } from './join-sentences';

/** What a person reads of a failure. */
export interface ErrorWords {
  title: string;
  description: string | undefined;
}

/**
 * Words for failures. The workbench writes its sentences in English; in another language a headline by code stands
 * above them, so that nobody must read English to know what kind of thing went wrong, where one has no translation.
 */
export function useErrorWords(): (error: AppError) => ErrorWords {
  const { t, locale } = useI18n();
  const say = useSentence();
  return (error) => {
    if (locale.value === 'en') return { title: error.message, description: error.hint || undefined };
    return {
      title: t(`app.error.${error.code}`),
      description: joinSentences([error.message, error.hint].map(say)),
    };
  };
}
