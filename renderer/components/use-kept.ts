import { shallowRef, watch } from 'vue';
import { useRoute } from 'vue-router';
import type { DocumentKind, DocumentValue } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { useConnection } from '@/stores/connection';
import { useDocuments } from '@/stores/documents';

/**
 * Opens what the page's address names, `<base>/<id>`, unless it is shown already: at once, on each change of the address, and once
 * the workbench is there. `show` is given the id and the value; what can't be opened is answered as `error`.
 */
export function useKept<K extends DocumentKind>(
  kind: K,
  base: string,
  shown: () => string | null,
  show: (id: string, value: DocumentValue<K>) => void,
) {
  const route = useRoute();
  const connection = useConnection();
  const documents = useDocuments();
  const error = shallowRef<AppError | null>(null);
  const named = (): string | null => {
    const id = route.path.startsWith(`${base}/`) ? route.path.slice(base.length + 1) : '';
    return /^[a-z0-9][a-z0-9-]*$/.test(id) ? id : null;
  };
  watch(
    [named, () => connection.state],
    async ([id, state]) => {
      error.value = null;
      if (id === null || state !== 'open' || id === shown()) return;
      try {
        const found = await documents.read(kind, id);
        if (id !== named()) return;
        if (!found)
          throw new AppError('NOT_FOUND', 'This is no longer kept.', 'It was removed, or is in another workspace.');
        show(id, found.value);
      } catch (thrown) {
        if (id === named()) error.value = asAppError(thrown);
      }
    },
    { immediate: true },
  );
  return { error, named };
}
