import { modelWords } from '@shared/specs';
import { useLocalized } from './localized';

/** How a kind of model is called in the present language; the kind itself where it is none that is known. */
export function useModelName(): (kind: string) => string {
  const said = useLocalized();
  return (kind) => {
    const words = modelWords(kind);
    return words ? said(words.name) : kind;
  };
}
